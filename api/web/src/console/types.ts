/** What the controller answers to the console, as its OpenAPI document describes it. */

/** A place `along_mm` from the start of its way; in a rectangle also as aisle, block, y. */
export interface Spot { name: string; kind: string; way: string; along_mm: number; aisle: number; block: number; y_mm: number }
export interface FloorPoint { name: string; x_mm: number; y_mm: number; level: number }
export interface WaySeen {
  name: string;
  start: string;
  end: string;
  kind: "aisle" | "cross" | "lift" | "stairs";
  zone: string;
  one_way: boolean;
  length_mm: number;
  cost_mm: number;
  aisle: number;
  block: number;
  turned: boolean;
}
export interface Depot { name: string; point: string; begins: boolean; ends: boolean }
/** A way that nobody can pass, with `y_mm` from 0 on one spot of it. */
export interface Obstacle { way: string; y_mm: number; by: string; since_ms: number; why: string }

export interface SiteMap {
  node: string;
  currency: string;
  utc_offset_ms: number;
  cutoff_ms: number;
  departure_ms: number;
  rectangle: boolean;
  aisles: number;
  aisle_pitch_mm: number;
  block_lengths_mm: number[];
  depot_aisle: number;
  points: FloorPoint[];
  ways: WaySeen[];
  depots: Depot[];
  places: Spot[];
  carriers: Record<string, string[]>;
}

export interface Worker {
  badge: string;
  role: string;
  workflow: string;
  step: string;
  at: string;
  walking: boolean;
  tour: string;
  cart: string;
  sku: string;
  qty: number;
  order: string;
  carton: string;
  last: string;
  scanned_ms: number;
}

export interface Tour {
  id: string;
  kind: string;
  worker: string;
  cart: string;
  due_ms: number;
  length_mm: number;
  why: string;
  done: number;
  left: number;
  path: string[];
}

export interface Belted { id: string; lpn: string; order: string; lane: string; place: string; rounds: number }
export interface Lane { name: string; parcels: number; mass_g: number }
export interface OpenAlarm { device: string; fault: string; detail: string; since_ms: number; times: number }

export interface Belt { device: string; state: "running" | "stopped" | "jam" | "offline"; armed: boolean; since_ms: number }

export interface LiveFloor {
  clock: { now_ms: number; speed: number };
  workers: Worker[];
  tours: Tour[];
  totes: Record<string, number>;
  belt: Belted[];
  sections: Belt[];
  lanes: Lane[];
  blocked: Obstacle[];
  alarms: OpenAlarm[];
  alarms_open: number;
  late: number;
  counts: Record<"order" | "tour" | "load" | "parcel" | "task", Record<string, number>>;
}

export interface Order {
  id: string;
  state: string;
  stage: string;
  shop: string;
  number: string;
  country: string;
  priority: number;
  placed_ms: number;
  due_ms: number;
  shipped_ms: number;
  lines: number;
  wanted: number;
  backordered: number;
  picked: number;
  packed: number;
  shipped: number;
  waiting: string;
}

export interface Orders { orders: Order[]; next: string }

export interface OrderLine {
  line: number;
  sku: string;
  name: string;
  wanted: number;
  backordered: number;
  planned: number;
  picked: number;
  packed: number;
  shipped: number;
  cancelled: number;
  price_cents: number;
}

export interface Parcel {
  id: string;
  carton: string;
  lpn: string;
  state: string;
  planned_mass_g: number;
  mass_g: number;
  service: string;
  carrier: string;
  lane: string;
  tracking: string;
  cost_cents: number;
  insured_cents: number;
  leaves_ms: number;
  recirculations: number;
  why: string;
  label: string;
  passed_over: { carton: string; kind: string; why: string }[];
  piece: number;
  pieces: number;
  shipment: string;
  master: string;
  nth: number;
  cartons: number;
}

export interface Told {
  at_ms: number;
  kind: string;
  title: string;
  detail: string;
  why: string;
  tone: "ok" | "info" | "warn" | "bad";
  by: string;
}

export interface Story { order: Order; lines: OrderLine[]; parcels: Parcel[]; entries: Told[] }

export interface Alarm {
  device: string;
  fault: string;
  detail: string;
  since_ms: number;
  times: number;
  state: string;
  acknowledged_by: string;
  acknowledged_ms: number;
}

export interface Occurrence {
  device: string;
  fault: string;
  detail: string;
  state: "active" | "acknowledged" | "cleared";
  raised_ms: number;
  acknowledged_by: string;
  acknowledged_ms: number;
  cleared_ms: number;
  times: number;
  of_day: number;
}
export interface AlarmDay { now_ms: number; since_ms: number; occurrences: Occurrence[] }

export interface Queue { topic: string; waiting: number; sent: number; oldest_ms: number }

export interface Job {
  id: string;
  topic: string;
  state: string;
  created_ms: number;
  expires_ms: number;
  attempts: number;
  next_ms: number;
  does: string;
  order: string;
  parcel: string;
  may_repeat: boolean;
}

export interface Device { name: string; heard_ms: number }
export interface Machines { now_ms: number; devices: Device[]; belts: Belt[]; alarms: Alarm[]; queues: Queue[]; jobs: Job[] }

export interface PlanHead {
  id: string;
  at_ms: number;
  tours: number;
  loads: number;
  length_mm: number;
  first_come_mm: number;
  bound_mm: number;
  states: Record<string, number>;
  left_out: Record<string, number>;
}
export interface Plans { plans: PlanHead[]; next: string }

export interface TourHead {
  id: string;
  plan: string;
  kind: string;
  state: string;
  worker: string;
  cart: string;
  due_ms: number;
  length_mm: number;
  locked_by: string;
  orders: number;
  loads: number;
  picks: number;
  done: number;
}
export interface PlanTold { plan: PlanHead; tours: TourHead[]; waiting: [string, string][]; says: string[] }
export interface TourSlot { number: number; kind: string; lpn: string; state: string; orders: string[] }
export interface TourStop { place: string; sku: string; name: string; qty: number; order: string; slot: number; state: string }
export interface TourTold { tour: TourHead; slots: TourSlot[]; stops: TourStop[]; says: string[] }

export interface Holding {
  sku: string;
  name: string;
  lot: string;
  owner: string;
  status: string;
  place: string;
  container: string;
  qty: number;
  reserved: number;
  expiry_ms: number;
  at: string;
}

export interface SkuStock {
  sku: string;
  name: string;
  length_mm: number;
  width_mm: number;
  height_mm: number;
  mass_g: number;
  lot_tracked: boolean;
  barcodes: [string, number][];
  face: string;
  face_max: number;
  sellable: number;
  promised: number;
  holdings: Holding[];
}

export interface Inside { lpn: string; kind: string; state: string }

export interface PlaceStock {
  name: string;
  kind: string;
  volume_ml: number;
  faces: string[];
  containers: Inside[];
  holdings: Holding[];
}

export interface ContainerStock {
  lpn: string;
  kind: string;
  state: string;
  place: string;
  parent: string;
  order: string;
  parcel_state: string;
  containers: Inside[];
  holdings: Holding[];
}

export interface Movement {
  id: string;
  at_ms: number;
  sku: string;
  lot: string;
  qty: number;
  source: string;
  target: string;
  cause: string;
  actor: string;
  reverses: boolean;
}

export interface History { movements: Movement[]; next: string }

export interface Hour {
  starts_ms: number;
  placed: number;
  released: number;
  shipped: number;
  parcels: number;
  picks: number;
  units: number;
  scans: number;
  wrong: number;
  undone: number;
}

export interface Departure {
  lane: string;
  carrier: string;
  leaves_ms: number;
  state: string;
  parcels: number;
  mass_g: number;
}

export interface Figures {
  now_ms: number;
  since_ms: number;
  complete: boolean;
  hours: Hour[];
  cycle_median_ms: number;
  cycle_p90_ms: number;
  cycle_p95_ms: number;
  cycles: number;
  late_shipped: number;
  shipped_per_hour: number;
  short_picks: number;
  due: { due_ms: number; orders: number; done_ms: number }[];
  departures: Departure[];
  lanes: Record<string, Record<string, number>>;
}

export interface Staff { present: Worker[]; teams: Record<string, number> }
export interface Found { kind: string; ref: string; detail: string }
export interface Me { badge: string; role: string }

/** A document; `form` is that of what its carrier sent, "" for one of our own. */
export interface Paper {
  id: string;
  kind: string;
  form: string;
  parcel: string;
  made_ms: number;
  made_by: string;
  prints: { at_ms: number; actor: string; why: string }[];
  voided_ms: number;
  void_why: string;
}
