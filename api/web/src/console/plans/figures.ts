/** Figures of a plan, as shares: what it saves, and how much longer it may be than the best. */
interface Lengths { length_mm: number; first_come_mm: number; bound_mm: number }

export const saved = (of: Lengths): string =>
  of.first_come_mm ? `${Math.round((100 * (of.first_come_mm - of.length_mm)) / of.first_come_mm)} %` : "–";

export const gap = (of: Lengths): string => {
  if (!of.bound_mm) return "not known";
  const over = (100 * (of.length_mm - of.bound_mm)) / of.bound_mm;
  return over < 0.05 ? "none, proven" : `at most ${over.toFixed(over < 10 ? 1 : 0)} %`;
};

const KINDS: Record<string, string> = {
  cluster: "several orders",
  singles: "one-unit orders",
  bulk: "cages",
  batch: "for a put wall",
  station: "a pod at a station",
};
export const kindOf = (kind: string): string => KINDS[kind] ?? kind;

const TONES: Record<string, string> = { planned: "", active: "accent", done: "ok" };
export const toneOf = (state: string): string => TONES[state] ?? "";

const STATES: Record<string, string> = { planned: "not begun", active: "being walked", done: "done" };
export const stateOf = (state: string): string => STATES[state] ?? state;
