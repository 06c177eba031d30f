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

/** A tour as a line through all its places; it breaks where nobody can walk from one to the next. */
export function trace(layout: Layout, stops: Point[]): string {
  const at = (p: Point): string => `${p.x.toFixed(1)} ${p.y.toFixed(1)}`;
  return stops
    .map((stop, nth) => {
      const before = stops[nth - 1];
      const cut = before?.at && stop.at && layout.net.between(before.at, stop.at) === null;
      if (!before || cut) return `M${at(stop)}`;
      return walk(layout, before, stop).slice(1).map((p) => `L${at(p)}`).join("");
    })
    .join("");
}
