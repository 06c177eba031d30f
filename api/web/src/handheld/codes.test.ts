import { expect, test } from "vitest";
import { code128 } from "./code128";
import { read } from "./codes";
import { next, walk } from "./foresee";
import type { Ahead, Pending, Screen } from "./types";

test.each([
  ["4006381333931", "04006381333931"],
  ["4006381333932", "4006381333932"],
  ["]E04006381333931\r", "04006381333931"],
  ["]C1010400638133393110L7", "04006381333931"],
  ["(01)04006381333931(10)L7", "04006381333931"],
  ["00040123450000000016", "040123450000000016"],
  ["cmd:undo", "UNDO"],
  [" A01-03-2 ", "A01-03-2"],
  ["12", "12"],
])("%j is stored as %s", (raw, code) => {
  expect(read(raw).code).toBe(code);
});

test.each([
  ["010400638133393110L7\x1d17261231", "L7"],
  ["01040063813339311726123110L7", "L7"],
  ["(01)04006381333931(17)261231(10)L7", "L7"],
  ["4006381333931", ""],
])("%j has the lot %s", (raw, lot) => {
  expect(read(raw).lot).toBe(lot);
});

const screen = (step: string, lot = ""): Screen => ({
  workflow: "picking", step, version: 0, expects: step === "item" ? ["item"] : ["place"],
  at: "", target: "", fields: { lot }, buttons: [], last: "",
});
const ahead: Ahead = {
  version: 1, picks: 1, slots: [],
  steps: [
    { screen: screen("place"), moves: { "A01": 1 }, picked: 0 },
    { screen: screen("item", "L7"), moves: { "04006381333931": 2 }, picked: 0 },
    { screen: screen("drop"), moves: {}, picked: 1 },
  ],
};
const scan = (raw: string) => ({ raw }) as Pending;

test("scans lead along the tour, and nowhere when one is not foreseen", () => {
  expect(walk(ahead, 0, [scan("A01"), scan("4006381333931")])).toBe(2);
  expect(walk(ahead, 0, [scan("A02"), scan("4006381333931")])).toBeUndefined();
});

test("another lot needs a decision of the warehouse", () => {
  expect(next(ahead, 1, "(01)04006381333931(10)L7")).toBe(2);
  expect(next(ahead, 1, "(01)04006381333931(10)L8")).toBeUndefined();
});

test("a command code is 11 modules per letter, with start, check and stop", () => {
  expect(code128("CMD:UNDO").reduce((sum, width) => sum + width, 0)).toBe(11 * 10 + 13);
  expect(() => code128("ä")).toThrow(RangeError);
});
