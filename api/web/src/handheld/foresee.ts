/** Where scans that are not answered yet lead, by the screens that the controller sent ahead. */
import { read } from "./codes";
import type { Ahead, Pending, Screen, Step } from "./types";

/** The step after `raw` at position `at`; undefined when it is not foreseen. */
export function next(ahead: Ahead, at: number, raw: string): number | undefined {
  const step = ahead.steps[at];
  if (!step) return undefined;
  const { code, lot } = read(raw);
  const wanted = step.screen.fields["lot"];
  if (lot && step.screen.expects.includes("item") && wanted !== lot) return undefined;
  return Object.hasOwn(step.moves, code) ? step.moves[code] : undefined;
}

/** The position after all pending scans; undefined where one of them is not foreseen. */
export function walk(ahead: Ahead, at: number, pending: readonly Pending[]): number | undefined {
  let position: number | undefined = at;
  for (const scan of pending) {
    if (position === undefined) return undefined;
    position = next(ahead, position, scan.raw);
  }
  return position;
}

export function stepAt(ahead: Ahead | null, at: number | undefined): Step | undefined {
  return ahead && at !== undefined ? ahead.steps[at] : undefined;
}

/** Whether a screen is the foreseen one; its version is not foreseen. */
export function isSame(one: Screen, other: Screen): boolean {
  const plain = (screen: Screen) =>
    JSON.stringify([
      screen.workflow,
      screen.step,
      screen.at,
      screen.target,
      screen.expects,
      screen.buttons,
      Object.entries(screen.fields).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  return plain(one) === plain(other);
}
