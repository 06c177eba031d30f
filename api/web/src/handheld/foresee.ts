/** Where scans that are not answered yet lead, by the screens that the controller sent ahead. */
import { read } from "./codes";
import type { Ahead, Pending, Screen, Slot, Step } from "./types";

/** The step after `raw` at position `at`; undefined when it is not foreseen. */
export function next(ahead: Ahead, at: number, raw: string): number | undefined {
  const step = ahead.steps[at];
  if (!step) return undefined;
  const { code, lot } = read(raw);
  const wanted = step.screen.fields["lot"];
  const others = lot && !lot.startsWith(String(wanted)); // without FNC1 more hangs on the lot
  if (others && step.screen.expects.includes("item")) return undefined;
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

/** The slots of the cart as they are at a position: what was set into them by then. */
export function slotsOf(ahead: Ahead, at: number): Slot[] {
  const set = new Map<number, string>();
  for (const { screen } of ahead.steps.slice(0, at)) {
    if (screen.step === "tote" || screen.step === "plate") set.set(Number(screen.fields["slot"]), screen.target);
  }
  return ahead.slots.map((slot) => ({ ...slot, lpn: slot.lpn || (set.get(slot.slot) ?? "") }));
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
