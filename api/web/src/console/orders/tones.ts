/** Colours of the stages of orders and parcels. */

const TONES: Record<string, string> = {
  shipped: "ok",
  leaving: "accent",
  packing: "accent",
  picking: "accent",
  sorted: "accent",
  labelled: "accent",
  packed: "accent",
  backordered: "warn",
  held: "warn",
  cancelled: "bad",
};
export const toneOf = (stage: string): string => TONES[stage] ?? "";
