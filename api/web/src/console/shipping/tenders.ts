/** What the controller tells of carriers, and how the page writes it. */
import { money } from "../money.svelte";

export interface Carrier {
  carrier: string;
  sent: number;
  planned: number;
  expected: number;
  cost_cents: number;
  tier: number;
  next_parcels: number;
  next_tier: number;
  most: number;
  charge_cents: number;
}
export interface Pickup {
  pickup: string;
  carrier: string;
  most: number;
  sent: number;
  planned: number;
  expected: number;
  charge_cents: number;
}
export interface Plan {
  id: string;
  at_ms: number;
  leaves_ms: number;
  cost_cents: number;
  greedy_cents: number;
  bound_cents: number;
  parcels: number;
  expected: number;
  told: number | null;
  left_out: number;
  late: number;
  carriers: Carrier[];
  pickups: Pickup[];
}
export interface Tenders {
  now_ms: number;
  waiting: number;
  plans: Plan[];
  bars: { carrier: string; until_ms: number; by: string; reason: string }[];
  carriers: string[];
}
export interface Parcel {
  id: string;
  order: string;
  lpn: string;
  state: string;
  carton: string;
  mass_g: number;
  country: string;
  service: string;
  planned_service: string;
  set_by: string;
  cost_cents: number;
  arrive_by_ms: number;
  paid_for: string;
  why: string;
}
export interface Parcels {
  parcels: Parcel[];
  next: string;
}
export interface ParcelTold {
  parcel: Parcel;
  answers: { service: string; carrier: string; cost_cents: number; leaves_ms: number; arrives_ms: number; lines: [string, number][]; why_not: string }[];
}

export const percent = (part: number, whole: number): string =>
  whole ? `${((100 * part) / whole).toFixed(1)} %` : "";

/** A tier is told in hundredths of a percent. */
export const tierOf = (points: number): string => `${(points / 100).toLocaleString("en-GB")} %`;

export const saved = (plan: Plan): number => plan.greedy_cents - plan.cost_cents;

/** What one parcel more comes to beside its price, by the last plan. */
export const oneMore = (charge_cents: number): string =>
  charge_cents > 0 ? `costs ${money(charge_cents)}: another goes dearer` : charge_cents < 0 ? `saves ${money(-charge_cents)}: towards a tier or minimum` : "";

/** How much dearer than the best a plan may be. */
export const gap = (plan: Plan): string =>
  plan.cost_cents <= plan.bound_cents ? "no: proven" : plan.bound_cents <= 0 ? "not known" : `at most ${percent(plan.cost_cents - plan.bound_cents, plan.bound_cents)}`;
