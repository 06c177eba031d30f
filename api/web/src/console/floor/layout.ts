/**
 * The building as a drawing: work flows from the shelves on the left to the lanes on the right.
 *
 * Shelves stand at their true places along the ways: those of a rectangle aisle by aisle, those of
 * any other floor as its points lie, one level at a time. What stands at the front is laid out by
 * kind.
 */
import type { Depot, Obstacle, SiteMap, Spot, WaySeen } from "../types";
import { Net } from "./net";
import { plane } from "./plane";
import { rectangle } from "./rectangle";

/** `at` is the place that lies there. */
export interface Point { x: number; y: number; at?: string }
export interface Box { name: string; kind: string; x: number; y: number; w: number; h: number }
export interface Bay extends Box { places: string[]; aisle: number }
export interface Drawn { way: WaySeen; a: Point; b: Point }
export interface Aisle { number: number; label: string; y: number; x: number; w: number; h: number; blocks: { x: number; w: number }[] }
/** What is drawn of where goods lie; `spots` are the points where ways meet. */
export interface Storage {
  crossings: number[];
  aisles: Aisle[];
  bays: Bay[];
  points: Map<string, Point>;
  spots: Map<string, Point>;
}
export interface Layout extends Storage {
  width: number;
  height: number;
  front: number;
  columns: number[];
  boxes: Box[];
  loop: { x: number; y: number; w: number; h: number };
  takeaway: { x: number; y: number; h: number };
  ways: Drawn[];
  depots: { depot: Depot; x: number; y: number }[];
  gates: { name: string; kind: string; to: number; x: number; y: number }[];
  levels: number[];
  level: number;
  levelOf: Map<string, number>;
  net: Net;
}
/** `level` names the storey that is drawn; else the one where tours begin. */
export interface Wanted { aspect?: number; blocked?: Obstacle[]; level?: number }

export const TOP = 46;
export const LEFT = 38;
export const DEPTH = 720;
export const CROSS = 26;
const STANDS = 104;
const GAP = 30;
const LANE = 150;
const TALL = 92;
const WIDTH = 1_372;
const CORRIDOR = 66;
const BOTTOM = 20;
const TAKEAWAY = 14; // the conveyor from the benches, before the sorter
const BAY_MM = 1_000;
const BAY_MAX_MM = 3_000;

export const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** The distance between two bays of an aisle. */
export function spacing(at_mm: number[]): number {
  const at = [...new Set(at_mm)].sort((a, b) => a - b);
  const gaps = at.slice(1).map((y, nth) => y - (at[nth] ?? 0));
  return gaps.length ? Math.min(BAY_MAX_MM, ...gaps) : BAY_MM;
}

/** The side of the aisle on which a bay stands: 0 above it in the drawing, 1 below. */
export const sideOf = (name: string): number => (/R(-\d+)?$/.test(name) ? 1 : 0);

export const shelvesOf = (site: SiteMap): Spot[] =>
  site.places.filter((place) => place.kind === "pick" || place.kind === "reserve").sort(byName);

/** Adds a place to the bay at its spot. */
export function shelve(bays: Map<string, Bay>, key: string, place: Spot, box: { x: number; y: number; w: number; h: number }): void {
  const name = place.name.replace(/^[A-Z]-/, "").replace(/-\d+$/, "");
  const bay = bays.get(key) ?? { ...box, name, kind: "bay", places: [], aisle: place.aisle };
  bay.places.push(place.name);
  bays.set(key, bay);
}

export function layoutOf(site: SiteMap, wanted: Wanted = {}): Layout {
  const { aspect = 2, blocked = [] } = wanted;
  const front = LEFT + DEPTH;
  const stands = frontStands(site.places);
  const tallest = Math.max(...stands.map((column) => column.length), 1);
  const fitting = WIDTH / Math.max(1, aspect) - BOTTOM;
  const height = Math.max(fitting, TOP + (site.rectangle ? site.aisles * 26 : 0), TOP + tallest * 34, 420);
  const levelOf = levelsOf(site);
  const levels = [...new Set(site.points.map((point) => point.level))].sort((a, b) => a - b);
  const first = site.points.find((point) => point.name === site.depots[0]?.point)?.level ?? 0;
  const level = wanted.level ?? first;
  const storage = site.rectangle ? rectangle(site, height) : plane(site, height, level);
  const room = height - TOP;
  const columns = [0, 1, 2].map((nth) => front + CORRIDOR + nth * (STANDS + GAP));
  const boxes: Box[] = [];
  stands.slice(0, 2).forEach((column, nth) => {
    const first = columns[nth] ?? front;
    const split = nth === 1 && column.length > 12 ? 2 : 1;
    const rows = Math.ceil(column.length / split);
    const rowH = Math.min(TALL, (room - 8) / Math.max(rows, 1));
    const w = split === 2 ? STANDS / 2 - 3 : STANDS;
    column.forEach((place, at) => {
      const top = TOP + (room - rowH * rows) / 2 + (at % rows) * rowH;
      boxes.push(box(place, first + Math.floor(at / rows) * (w + 6), top, w, rowH - 8));
    });
  });
  const loopX = columns[2] ?? front;
  const loop = { x: loopX + 14, y: TOP + 22, w: 66, h: room - 52 };
  const takeaway = { x: loopX - TAKEAWAY, y: loop.y, h: loop.h };
  const lanes = stands[2] ?? [];
  const laneX = loop.x + loop.w + 22;
  const laneH = Math.min(TALL, room / Math.max(1, lanes.length));
  lanes.forEach((place, nth) => {
    const top = TOP + (room - laneH * lanes.length) / 2 + nth * laneH;
    boxes.push(box(place, laneX, top, LANE, laneH - 10));
  });
  const { points, spots } = storage;
  for (const each of boxes) points.set(each.name, { x: each.x + each.w / 2, y: each.y + each.h / 2, at: each.name });
  for (const belt of site.places.filter((p) => p.kind === "belt"))
    points.set(belt.name, { x: loop.x + loop.w / 2, y: loop.y + loop.h / 2, at: belt.name });
  return {
    ...storage,
    width: laneX + LANE + 58,
    height: height + BOTTOM,
    front,
    columns,
    boxes,
    loop,
    takeaway,
    ways: site.ways.flatMap((way) => {
      const [a, b] = [spots.get(way.start), spots.get(way.end)];
      return a && b ? [{ way, a, b }] : [];
    }),
    depots: site.depots.flatMap((depot) => {
      const at = spots.get(depot.point);
      return at ? [{ depot, ...at }] : [];
    }),
    gates: gatesOf(site, spots),
    levels,
    level,
    levelOf,
    net: new Net(site, blocked),
  };
}

/** A way in words. */
export const waySays = (way: WaySeen): string =>
  [way.name, way.kind, way.zone, way.one_way ? "one-way" : "", way.cost_mm > way.length_mm ? "slow" : ""].filter(Boolean).join(", ");

/** The ends here of lifts and stairs that lead to other levels. */
function gatesOf(site: SiteMap, spots: Map<string, Point>): Layout["gates"] {
  const levels = new Map(site.points.map((point) => [point.name, point.level]));
  return site.ways.flatMap((way) => {
    const [a, b] = [spots.get(way.start), spots.get(way.end)];
    const at = a ?? b;
    if (!at || (a && b)) return [];
    return [{ name: way.name, kind: way.kind, to: levels.get(a ? way.end : way.start) ?? 0, x: at.x, y: at.y }];
  });
}

/** The level of each place: that of the start of its way. */
function levelsOf(site: SiteMap): Map<string, number> {
  const points = new Map(site.points.map((point) => [point.name, point.level]));
  const ways = new Map(site.ways.map((way) => [way.name, points.get(way.start) ?? 0]));
  return new Map(site.places.map((place) => [place.name, ways.get(place.way) ?? 0]));
}

const box = (place: Spot, x: number, y: number, w: number, h: number): Box => ({ name: place.name, kind: place.kind, x, y, w, h });

/** Three columns at the front: where carts and goods wait, the benches, the lanes. */
function frontStands(places: Spot[]): Spot[][] {
  const of = (...kinds: string[]): Spot[] =>
    kinds.flatMap((kind) => places.filter((p) => p.kind === kind).sort(byName));
  return [of("dock", "buffer", "returns", "put_back"), of("bench", "wall"), of("lane", "freight")];
}
