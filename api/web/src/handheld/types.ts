/** What the controller and this page say to each other. */
export type Fields = Record<string, string | number>;
export type Tone = "ok" | "warn" | "error" | "pending" | "info";

export interface Screen {
  workflow: string;
  step: string;
  version: number;
  expects: string[];
  at: string;
  target: string;
  fields: Fields;
  buttons: string[];
  last: string;
}

export interface Reply {
  screen: Screen;
  message: string;
  tone: Tone;
  fields: Fields;
  warning?: string;
}

/** One screen of a tour to come; `moves`: a code and the position of the step it leads to. */
export interface Step {
  screen: Screen;
  moves: Record<string, number>;
  picked: number;
}

export interface Slot {
  slot: number;
  kind: string;
  lpn: string;
}

export interface Ahead {
  version: number;
  steps: Step[];
  picks: number;
  slots: Slot[];
}

/** Equal units of a line: line, lowest corner, one unit as it lies, units along each axis; mm. */
export type Block = [number, number, number, number, number, number, number, number, number, number];

export interface PackingStep {
  step: number;
  line: number;
  sku: string;
  name: string;
  qty: number;
  packed: number;
  blocks: Block[];
}

/** The parcel on the bench; `now` is the step that is asked for, 0 for none. */
export interface Stowage {
  parcel: string;
  order: string;
  box: string;
  carton: string;
  length_mm: number;
  width_mm: number;
  height_mm: number;
  steps: PackingStep[];
  now: number;
  void_ml: number; // what the goods leave to be filled
  passed_over: { carton: string; kind: string; why: string }[]; // cheaper cartons
}

/** A scan that was made here and is not answered yet; `id` never changes once it is stored. */
export interface Pending {
  seq: number;
  id: string;
  worker: string;
  version: number;
  raw: string;
  symbology: string;
  after: string;
  kept: boolean; // made without a connection
  sent: number; // attempts; a scan that was never sent can still be taken back here
}

export interface Said {
  message: string;
  tone: Tone;
  fields: Fields;
}

/** A scan that the controller did not take, and what it said. */
export interface NotTaken {
  raw: string;
  said: Said;
}

/** A stop of the driver's tour; micro-degrees of 0, 0 are unknown. */
export interface VanStop {
  id: string;
  kind: "order" | "return";
  ref: string;
  number: string;
  state: string;
  eta_ms: number;
  opens_ms: number;
  closes_ms: number;
  lat_e6: number;
  lon_e6: number;
  name: string;
  street: string;
  town: string;
  phone: string;
  note: string;
  parcels: { lpn: string; state: string }[];
}

export interface VanTour {
  id: string;
  van: string;
  back_ms: number;
  stops: VanStop[];
}

/** A paper that goes with the parcel on the bench. */
export interface WantedPaper {
  lpn: string;
  kind: string;
  prints: number;
  labels: string[];
}
