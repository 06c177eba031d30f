/**
 * The building as a drawing: work flows from the shelves on the left to the lanes on the right.
 *
 * Shelves stand at their true places along each aisle; what stands at the front is laid out by
 * kind, because the walking grid knows no more of it than its aisle.
 */
import type { SiteMap, Spot } from "../types";

export interface Point { x: number; y: number }
export interface Box { name: string; kind: string; x: number; y: number; w: number; h: number }
export interface Bay extends Box { places: string[]; aisle: number }
export interface Layout {
  width: number;
  height: number;
  front: number;
  columns: number[];
  crossings: number[];
  aisles: { number: number; label: string; y: number; x: number; w: number; h: number; blocks: { x: number; w: number }[] }[];
  bays: Bay[];
  boxes: Box[];
  loop: { x: number; y: number; w: number; h: number };
  takeaway: { x: number; y: number; h: number };
  points: Map<string, Point>;
  aisleOf: Map<string, number>;
}

const TOP = 46;
const LEFT = 38;
const DEPTH = 720;
const CROSS = 26;
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

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** The distance between two bays of an aisle. */
function spacing(shelves: Spot[]): number {
  const at = [...new Set(shelves.map((place) => place.y_mm))].sort((a, b) => a - b);
  const gaps = at.slice(1).map((y, nth) => y - (at[nth] ?? 0));
  return gaps.length ? Math.min(BAY_MAX_MM, ...gaps) : BAY_MM;
}

/** Aisles are called as their places are, where these begin with zone and aisle. */
function aisleLabels(shelves: Spot[]): Map<number, string> {
  const zones = new Map(shelves.map((place) => [place.aisle, /^[A-Z]+/.exec(place.name)?.[0] ?? ""]));
  if (new Set(zones.values()).size < 2) return new Map();
  return new Map([...zones].map(([aisle, zone]) => [aisle, `${zone} ${aisle + 1}`]));
}

/** The side of the aisle on which a bay stands: 0 above it in the drawing, 1 below. */
const sideOf = (name: string): number => (/R(-\d+)?$/.test(name) ? 1 : 0);

export function layoutOf(site: SiteMap, aspect = 2): Layout {
  const shelves = site.places.filter((p) => p.kind === "pick" || p.kind === "reserve");
  const blocks = site.block_lengths_mm.length ? site.block_lengths_mm : [20_000];
  const total_mm = blocks.reduce((sum, mm) => sum + mm, 0);
  const scale = (DEPTH - CROSS * (blocks.length + 1)) / total_mm;
  const front = LEFT + DEPTH;
  const stands = frontStands(site.places);
  const tallest = Math.max(...stands.map((column) => column.length), 1);
  const fitting = WIDTH / Math.max(1, aspect) - BOTTOM;
  const height = Math.max(fitting, TOP + site.aisles * 26, TOP + tallest * 34, 420);

  const starts: number[] = [];
  const crossings = [front - CROSS / 2];
  let x = front - CROSS;
  for (const mm of blocks) {
    starts.push(x);
    x -= mm * scale + CROSS;
    crossings.push(x + CROSS / 2);
  }

  const room = height - TOP;
  const step = room / site.aisles;
  const rack = Math.min(24, step * 0.27);
  const middle = (aisle: number): number => TOP + aisle * step + step / 2;
  const points = new Map<string, Point>();
  const aisleOf = new Map<string, number>();
  const bays = new Map<string, Bay>();
  const bayW = Math.max(4, spacing(shelves) * scale - 1.6);
  for (const place of [...shelves].sort(byName)) {
    const side = sideOf(place.name);
    const at = (starts[place.block] ?? front) - place.y_mm * scale;
    const key = `${place.aisle}/${place.block}/${place.y_mm}/${side}`;
    const y = side ? middle(place.aisle) + step / 2 - rack - 2 : middle(place.aisle) - step / 2 + 2;
    const bay = bays.get(key) ?? {
      name: place.name.replace(/^[A-Z]-/, "").replace(/-\d+$/, ""),
      kind: "bay",
      x: at - bayW / 2,
      y,
      w: bayW,
      h: rack,
      places: [],
      aisle: place.aisle,
    };
    bay.places.push(place.name);
    bays.set(key, bay);
    points.set(place.name, { x: at, y: middle(place.aisle) + (side ? 5 : -5) });
    aisleOf.set(place.name, place.aisle);
  }

  const labels = aisleLabels(shelves);
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
  for (const each of boxes) points.set(each.name, { x: each.x + each.w / 2, y: each.y + each.h / 2 });
  for (const belt of site.places.filter((p) => p.kind === "belt"))
    points.set(belt.name, { x: loop.x + loop.w / 2, y: loop.y + loop.h / 2 });

  return {
    width: laneX + LANE + 58,
    height: height + BOTTOM,
    front,
    columns,
    crossings,
    aisles: Array.from({ length: site.aisles }, (_, number) => ({
      number,
      label: labels.get(number) ?? String(number + 1),
      y: middle(number),
      x: x + CROSS,
      w: front - CROSS - (x + CROSS),
      h: step,
      blocks: blocks.map((mm, nth) => ({ x: (starts[nth] ?? 0) - mm * scale, w: mm * scale })),
    })),
    bays: [...bays.values()],
    boxes,
    loop,
    takeaway,
    points,
    aisleOf,
  };
}

const box = (place: Spot, x: number, y: number, w: number, h: number): Box => ({
  name: place.name,
  kind: place.kind,
  x,
  y,
  w,
  h,
});

/** Three columns at the front: where carts and goods wait, the benches, the lanes. */
function frontStands(places: Spot[]): Spot[][] {
  const of = (...kinds: string[]): Spot[] =>
    kinds.flatMap((kind) => places.filter((p) => p.kind === kind).sort(byName));
  return [of("dock", "buffer", "returns", "put_back"), of("bench", "wall"), of("lane", "freight")];
}

/** How people walk from one point to another: along aisles, changing them at the ends of blocks. */
export function walk(layout: Layout, from: Point, to: Point): Point[] {
  const inside = (p: Point): boolean => p.x < layout.front - CROSS;
  const sameAisle =
    Math.abs(from.y - to.y) <= 12 && (inside(from) || inside(to) || from.x === to.x);
  if (sameAisle) return [from, to];
  if (!inside(from) && !inside(to)) {
    const x = layout.front + CORRIDOR / 2;
    return Math.abs(from.x - to.x) < 4 ? [from, to] : [from, { x, y: from.y }, { x, y: to.y }, to];
  }
  const choices = inside(from) && inside(to) ? layout.crossings : [layout.front + 10];
  const detour = (x: number): number => Math.abs(from.x - x) + Math.abs(to.x - x);
  const x = choices.reduce((best, each) => (detour(each) < detour(best) ? each : best));
  return [from, { x, y: from.y }, { x, y: to.y }, to];
}

/** A tour as one line through all its places. */
export function trace(layout: Layout, stops: Point[]): string {
  const line: Point[] = [];
  stops.forEach((stop, nth) => {
    const before = stops[nth - 1];
    line.push(...(before ? walk(layout, before, stop).slice(1) : [stop]));
  });
  return line.map((p, nth) => `${nth ? "L" : "M"}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join("");
}
