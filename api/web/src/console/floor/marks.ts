/** Where people are drawn, and in which colour. */
import type { Worker } from "../types";
import type { Layout, Point } from "./layout";

export interface Placed { worker: Worker; point: Point; idle: boolean; tint: number }

const TINTS = 8;
const STANDBY = 106; // from the middle of the depot: those who have been nowhere yet wait beside it
const LETTERS: Record<string, string> = { putaway: "U", returns: "R", receiver: "I", replenisher: "F" };

/** A stable colour for a badge. */
export function tintOf(badge: string): number {
  const digits = Number(/(\d+)$/.exec(badge)?.[1] ?? 0);
  return (digits + badge.charCodeAt(1)) % TINTS;
}

/** One letter for the work that somebody does. */
export const letterOf = (role: string): string => LETTERS[role] ?? (role.charAt(0) || "?").toUpperCase();

/** Puts everybody where they are; `last` remembers where those were last who are nowhere now. */
export function place(layout: Layout, workers: Worker[], last: Map<string, Point>): Placed[] {
  const crowd = new Map<string, number>();
  const rest = layout.points.get("DEPOT") ?? { x: layout.front + 14, y: layout.height - 20 };
  let resting = 0;
  const here = workers.filter((worker) => (layout.levelOf.get(worker.at) ?? layout.level) === layout.level || layout.points.has(worker.at));
  return here.map((worker) => {
    const stand = worker.at ? layout.points.get(worker.at) : undefined;
    const idle = worker.workflow === "home";
    const found = stand ?? last.get(worker.badge);
    let point = found ?? { x: rest.x - STANDBY + (resting % 3) * 19, y: rest.y - 20 + Math.floor(resting / 3) * 20 };
    if (!found) resting += 1;
    if (stand) {
      point = beside(layout, worker.at, stand);
      last.set(worker.badge, point);
    }
    const key = `${Math.round(point.x)}/${Math.round(point.y)}`;
    const nth = crowd.get(key) ?? 0;
    crowd.set(key, nth + 1);
    return {
      worker,
      point: nth ? { ...point, x: point.x + nth * 9, y: point.y + (nth % 2 ? 8 : -8) } : point,
      idle,
      tint: tintOf(worker.badge),
    };
  });
}

/** People stand in front of a bench, dock or lane, not on it. */
function beside(layout: Layout, name: string, point: Point): Point {
  const box = layout.boxes.find((each) => each.name === name);
  return box ? { x: box.x - 11, y: box.y + box.h / 2, at: name } : point;
}
