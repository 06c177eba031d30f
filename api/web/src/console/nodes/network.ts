/** What the controller tells of nodes. */
export interface NodeRow {
  code: string;
  name: string;
  kind: string;
  here: boolean;
  active: boolean;
  collects: boolean;
  lat_e6: number;
  lon_e6: number;
  safety_units: number;
  parcels_max: number;
  used: number;
  ready_ms: number;
  skus: number;
  units: number;
  promised: number;
  orders: number;
  waiting: number;
  begun: number;
  cost_cents: number;
}

export interface SourcedRow {
  order: string;
  at_ms: number;
  parcels: number;
  cost_cents: number;
  nearest_cents: number;
  moves: number;
  unserved: boolean;
}

export interface Unanswered {
  order: string;
  node: string;
  state: string;
  ready_ms: number;
}

export interface Network {
  nodes: NodeRow[];
  today: { orders: number; parcels: number; splits: number; moved: number; unserved: number; cost_cents: number; nearest_cents: number };
  orders: SourcedRow[];
  unanswered: Unanswered[];
}

export interface NodeAsked {
  node: string;
  units: number;
  state: string;
  parcel_cents: number;
  unit_cents: number;
  why_not: string;
}

export const saved = (cost: number, nearest: number): string =>
  nearest > 0 ? `${((100 * (nearest - cost)) / nearest).toFixed(1)} %` : "";
