/** Storage of any other shape: one level of it, as its points lie in the building. */
import type { SiteMap } from "../types";
import { DEPTH, LEFT, shelve, shelvesOf, sideOf, spacing, TOP, type Bay, type Point, type Storage } from "./layout";

const EDGE = 26;
const BAY_MAX = 18;
const APART = 3;

export function plane(site: SiteMap, height: number, level: number): Storage {
  const there = site.points.filter((point) => point.level === level);
  const [xs, ys] = [there.map((point) => point.x_mm), there.map((point) => point.y_mm)];
  const [left, low] = [Math.min(...xs), Math.min(...ys)];
  const [wide, deep] = [Math.max(...xs) - left, Math.max(...ys) - low];
  const [room, high] = [DEPTH - 2 * EDGE, height - TOP - 2 * EDGE];
  const scale = Math.min(room / Math.max(1, wide), high / Math.max(1, deep));
  const spots = new Map<string, Point>(
    there.map((point) => [
      point.name,
      {
        x: LEFT + EDGE + (room - wide * scale) / 2 + (point.x_mm - left) * scale,
        y: TOP + EDGE + (high + deep * scale) / 2 - (point.y_mm - low) * scale,
      },
    ]),
  );
  const ways = new Map(site.ways.map((way) => [way.name, way]));
  const shelves = shelvesOf(site);
  const size = Math.min(BAY_MAX, Math.max(4, spacing(shelves.map((place) => place.along_mm)) * scale - 1.2));
  const points = new Map<string, Point>();
  const bays = new Map<string, Bay>();
  for (const place of shelves) {
    const way = ways.get(place.way);
    const [a, b] = [way && spots.get(way.start), way && spots.get(way.end)];
    if (!way || !a || !b) continue;
    const part = place.along_mm / Math.max(1, way.length_mm);
    const long = Math.max(1e-6, Math.hypot(b.x - a.x, b.y - a.y));
    const side = sideOf(place.name) ? -1 : 1;
    const [nx, ny] = [((b.y - a.y) / long) * side, (-(b.x - a.x) / long) * side];
    const at = { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
    const off = size / 2 + 2 * APART;
    shelve(bays, `${place.way}/${place.along_mm}/${side}`, place, { x: at.x + nx * off - size / 2, y: at.y + ny * off - size / 2, w: size, h: size });
    points.set(place.name, { x: at.x + nx * APART, y: at.y + ny * APART, at: place.name });
  }
  return { crossings: [LEFT + EDGE], aisles: [], bays: [...bays.values()], points, spots };
}
