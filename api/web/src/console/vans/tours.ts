/** The tours of own vans as the controller tells them, and where things are on the map. */

export interface Stop {
  id: string;
  kind: "order" | "return";
  ref: string;
  number: string;
  state: string;
  outcome: string;
  eta_ms: number;
  opens_ms: number;
  closes_ms: number;
  at_ms: number;
  lat_e6: number;
  lon_e6: number;
  name: string;
  street: string;
  town: string;
  phone: string;
  note: string;
  parcels: { lpn: string; state: string }[];
}

export interface Tour {
  id: string;
  van: string;
  driver: string;
  state: string;
  locked_by: string;
  starts_ms: number;
  back_ms: number;
  rest_ms: number;
  rested_ms: number;
  left_ms: number;
  ended_ms: number;
  distance_m: number;
  cost_cents: number;
  mass_g: number;
  parcels: number;
  late: number;
  depot: string;
  stops: Stop[];
}

export interface Van {
  code: string;
  depot: string;
  state: string;
  parcels_max: number;
  mass_max_g: number;
  area: string;
  skills: string;
}

export interface Vans {
  now_ms: number;
  offset_ms: number;
  vans: Van[];
  depots: { code: string; lat_e6: number; lon_e6: number }[];
  tours: Tour[];
  left_out: { kind: "order" | "return"; ref: string; why: string }[];
  planned_ms: number;
  cost_cents: number;
  distance_m: number;
  by_savings_cents: number;
  by_savings_m: number;
}

export const OVER = ["done", "cancelled"];
const TINTS = 8;

/** A colour for each tour by its place in the list. */
export const hue = (nth: number): string => `var(--t${nth % TINTS})`;

export const late = (stop: Stop): number =>
  Math.max(0, Math.round(((stop.at_ms || stop.eta_ms) - stop.closes_ms) / 60_000));

export interface Spot {
  x: number;
  y: number;
}

const placed = (at: { lat_e6: number; lon_e6: number }): boolean => Boolean(at.lat_e6 || at.lon_e6);

/** From positions to the drawing: north is up, and a metre is as long in both directions. */
export function project(
  at: { lat_e6: number; lon_e6: number }[], width: number, height: number, edge: number,
): (at: { lat_e6: number; lon_e6: number }) => Spot | null {
  const known = at.filter(placed);
  const lats = known.map((each) => each.lat_e6);
  const lons = known.map((each) => each.lon_e6);
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  const squeeze = Math.cos(((south + north) / 2e6) * (Math.PI / 180));
  const wide = Math.max(1, (east - west) * squeeze);
  const high = Math.max(1, north - south);
  const scale = Math.min((width - 2 * edge) / wide, (height - 2 * edge) / high);
  return (each) =>
    placed(each)
      ? {
          x: width / 2 + (each.lon_e6 - (west + east) / 2) * squeeze * scale,
          y: height / 2 - (each.lat_e6 - (south + north) / 2) * scale,
        }
      : null;
}
