/** Storage that is a rectangle: aisles lie across the drawing, their front to the right. */
import type { SiteMap, Spot, WaySeen } from "../types";
import { CROSS, DEPTH, LEFT, shelve, shelvesOf, sideOf, spacing, TOP, type Bay, type Point, type Storage } from "./layout";

/** Aisles are called as their places are, where these begin with zone and aisle. */
function aisleLabels(shelves: Spot[]): Map<number, string> {
  const zones = new Map(shelves.map((place) => [place.aisle, /^[A-Z]+/.exec(place.name)?.[0] ?? ""]));
  if (new Set(zones.values()).size < 2) return new Map();
  return new Map([...zones].map(([aisle, zone]) => [aisle, `${zone} ${aisle + 1}`]));
}

export function rectangle(site: SiteMap, height: number): Storage {
  const shelves = shelvesOf(site);
  const blocks = site.block_lengths_mm.length ? site.block_lengths_mm : [20_000];
  const total_mm = blocks.reduce((sum, mm) => sum + mm, 0);
  const scale = (DEPTH - CROSS * (blocks.length + 1)) / total_mm;
  const front = LEFT + DEPTH;
  const starts: number[] = [];
  const crossings = [front - CROSS / 2];
  let x = front - CROSS;
  for (const mm of blocks) {
    starts.push(x);
    x -= mm * scale + CROSS;
    crossings.push(x + CROSS / 2);
  }
  const step = (height - TOP) / site.aisles;
  const rack = Math.min(24, step * 0.27);
  const middle = (aisle: number): number => TOP + aisle * step + step / 2;
  const points = new Map<string, Point>();
  const bays = new Map<string, Bay>();
  const w = Math.max(4, spacing(shelves.map((place) => place.y_mm)) * scale - 1.6);
  for (const place of shelves) {
    const side = sideOf(place.name);
    const at = (starts[place.block] ?? front) - place.y_mm * scale;
    const y = side ? middle(place.aisle) + step / 2 - rack - 2 : middle(place.aisle) - step / 2 + 2;
    shelve(bays, `${place.aisle}/${place.block}/${place.y_mm}/${side}`, place, { x: at - w / 2, y, w, h: rack });
    points.set(place.name, { x: at, y: middle(place.aisle) + (side ? 5 : -5), at: place.name });
  }
  const labels = aisleLabels(shelves);
  return {
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
    points,
    spots: corners(site.ways, crossings, middle),
  };
}

/** Where the ends of the aisles are drawn, block by block. */
function corners(ways: WaySeen[], crossings: number[], middle: (aisle: number) => number): Map<string, Point> {
  const spots = new Map<string, Point>();
  for (const way of ways) {
    if (way.aisle < 0) continue;
    const [near, far] = way.turned ? [way.end, way.start] : [way.start, way.end];
    spots.set(near, { x: crossings[way.block] ?? 0, y: middle(way.aisle) });
    spots.set(far, { x: crossings[way.block + 1] ?? 0, y: middle(way.aisle) });
  }
  return spots;
}
