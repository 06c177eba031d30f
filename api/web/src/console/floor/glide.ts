/** Moves a mark on the map along the ways that people walk, instead of jumping. */
import type { Layout, Point } from "./layout";
import { walk } from "./walking";

export interface Goal { layout: Layout; to: Point }

const LONGEST_MS = 2_600;
const UNITS_PER_MS = 0.22;
const still = matchMedia("(prefers-reduced-motion: reduce)");

const placed = (p: Point): string => `translate(${p.x}px, ${p.y}px)`;

export function glide(node: SVGGElement, goal: Goal): { update(next: Goal): void; destroy(): void } {
  let at = goal.to;
  let moving: Animation | null = null;
  node.style.transform = placed(at);
  return {
    update(next: Goal): void {
      if (next.to.x === at.x && next.to.y === at.y) return;
      const way = walk(next.layout, { ...at, ...here(node, at, moving) }, next.to);
      moving?.cancel();
      at = next.to;
      node.style.transform = placed(at);
      const lengths = way.map((p, nth) => {
        const before = way[nth - 1] ?? p;
        return Math.hypot(p.x - before.x, p.y - before.y);
      });
      const total = lengths.reduce((sum, length) => sum + length, 0);
      if (!total || still.matches || document.hidden) return;
      let gone = 0;
      const frames = way.map((p, nth) => {
        gone += lengths[nth] ?? 0;
        return { transform: placed(p), offset: Math.min(1, gone / total) };
      });
      moving = node.animate(frames, { duration: Math.min(LONGEST_MS, 250 + total / UNITS_PER_MS) });
    },
    destroy: () => moving?.cancel(),
  };
}

/** Where the mark is at this moment of its way. */
function here(node: SVGGElement, at: Point, moving: Animation | null): Point {
  if (moving?.playState !== "running") return at;
  const now = new DOMMatrix(getComputedStyle(node).transform);
  return { x: now.e, y: now.f };
}

/** Sends a mark round and round a loop, from the moment at which it appears. */
export function circle(node: SVGGElement, way: Point[]): { destroy(): void } {
  const first = way[0];
  if (first) node.style.transform = placed(first);
  if (still.matches) return { destroy: () => undefined };
  const turning = node.animate(
    way.map((p) => ({ transform: placed(p) })),
    { duration: 14_000, iterations: Infinity },
  );
  return { destroy: () => turning.cancel() };
}
