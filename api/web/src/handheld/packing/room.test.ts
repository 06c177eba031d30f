import { describe, expect, it } from "vitest";
import { faces, fromBehind, seen, type Box, type View } from "./room";

const view: View = { turn: 35, tilt: 30 };
const box = (low: [number, number, number], high: [number, number, number]): Box => ({
  low,
  high,
  units: [1, 1, 1],
});

describe("a room seen from a corner", () => {
  it("shows higher things higher, and things further away higher, too", () => {
    expect(seen(view, [0, 0, 100])[1]).toBeLessThan(seen(view, [0, 0, 0])[1]);
    expect(seen(view, [0, 100, 0])[1]).toBeLessThan(seen(view, [0, 0, 0])[1]);
  });

  it("draws what lies behind and beneath first, from every corner", () => {
    const back = box([0, 100, 0], [100, 200, 100]);
    const front = box([0, 0, 0], [100, 100, 100]);
    const top = box([0, 0, 100], [100, 200, 150]);
    expect(fromBehind(view, [top, front, back])).toEqual([back, front, top]);
    expect(fromBehind({ turn: 215, tilt: 30 }, [top, back, front])).toEqual([front, back, top]);
  });

  it("has three sides to the eye, and one from straight above", () => {
    const one = box([0, 0, 0], [10, 10, 10]);
    expect(faces(view, one).map((face) => face.axis)).toEqual([0, 1, 2]);
    expect(faces({ turn: 0, tilt: 90 }, one).map((face) => face.axis)).toEqual([2]);
  });

  it("cuts a block into its units", () => {
    const block: Box = { low: [0, 0, 0], high: [40, 20, 10], units: [4, 2, 1] };
    const top = faces(view, block).find((face) => face.axis === 2);
    expect(top?.lines.length).toBe(3 + 1);
  });
});
