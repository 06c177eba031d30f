/** How people walk on the drawing: along the ways, and through the corridor before the stands. */
import type { Layout, Point } from "./layout";

const HALF = 33; // to the middle of the corridor

export function walk(layout: Layout, from: Point, to: Point): Point[] {
  const stands = (p: Point): boolean => p.x >= layout.front;
  const corridor = (a: Point, b: Point): Point[] => {
    const x = layout.front + HALF;
    return Math.abs(a.x - b.x) < 4 ? [] : [{ x, y: a.y }, { x, y: b.y }];
  };
  if (stands(from) && stands(to)) return [from, ...corridor(from, to), to];
  const names = from.at && to.at ? layout.net.between(from.at, to.at) : null;
  const passed = (names ?? []).filter((name) => name !== from.at && name !== to.at);
  const inner = passed.flatMap((name) => turn(layout.spots.get(name), from, to));
  return [
    from,
    ...(stands(from) ? corridor(from, inner[0] ?? to) : []),
    ...inner,
    ...(stands(to) ? corridor(inner.at(-1) ?? from, to) : []),
    to,
  ];
}

/** A point of the way; who comes out of an aisle or goes into one keeps to its side of it. */
function turn(spot: Point | undefined, from: Point, to: Point): Point[] {
  if (!spot) return [];
  const near = [from, to].find((end) => Math.abs(end.y - spot.y) <= 6);
  return [near ? { x: spot.x, y: near.y } : spot];
}

/** A tour as one line through all its places. */
export function trace(layout: Layout, stops: Point[]): string {
  const line: Point[] = [];
  stops.forEach((stop, nth) => {
    const before = stops[nth - 1];
    line.push(...(before ? walk(layout, before, stop).slice(1) : [stop]));
  });
  return line.map((p, nth) => `${nth ? "L" : "M"}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join("");
}
