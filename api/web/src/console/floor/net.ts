/** The ways of the floor as people walk them: the points between two places, shortest first. */
import type { Obstacle, SiteMap, Spot, WaySeen } from "../types";

interface Arc { to: string; cost: number }

export class Net {
  readonly places: Map<string, Spot>;
  private readonly ways: Map<string, WaySeen>;
  private readonly cuts = new Map<string, number[]>();
  private readonly arcs = new Map<string, Arc[]>();
  private readonly known = new Map<string, string[] | null>();

  constructor(site: SiteMap, blocked: Obstacle[]) {
    this.places = new Map(site.places.map((place) => [place.name, place]));
    this.ways = new Map(site.ways.map((way) => [way.name, way]));
    for (const each of blocked) this.cuts.set(each.way, [...(this.cuts.get(each.way) ?? []), each.y_mm]);
    for (const way of site.ways) {
      if (this.cuts.has(way.name)) continue;
      this.add(way.start, { to: way.end, cost: way.cost_mm });
      if (!way.one_way) this.add(way.end, { to: way.start, cost: way.cost_mm });
    }
  }

  private add(from: string, arc: Arc): void {
    this.arcs.set(from, [...(this.arcs.get(from) ?? []), arc]);
  }

  /** The points between two places or points; null where nobody can walk from one to the other. */
  between(from: string, to: string): string[] | null {
    const key = `${from}\n${to}`;
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const fresh = this.search(from, to);
    this.known.set(key, fresh);
    return fresh;
  }

  /** The points next to a place with what the way between costs, `out` of it or into it. */
  private beside(name: string, out: boolean): Arc[] {
    const place = this.places.get(name);
    const way = place && this.ways.get(place.way);
    if (!place || !way) return [{ to: name, cost: 0 }]; // a point itself
    const cuts = this.cuts.get(way.name) ?? [];
    if (cuts.includes(-1)) return [];
    const pace = way.cost_mm / Math.max(1, way.length_mm);
    const start = { to: way.start, cost: place.along_mm * pace };
    const end = { to: way.end, cost: (way.length_mm - place.along_mm) * pace };
    const ends = out || !way.one_way ? [end] : [];
    const starts = !out || !way.one_way ? [start] : [];
    return [
      ...(cuts.some((cut) => cut > place.along_mm) ? [] : ends),
      ...(cuts.some((cut) => cut < place.along_mm) ? [] : starts),
    ];
  }

  private search(from: string, to: string): string[] | null {
    const [a, b] = [this.places.get(from), this.places.get(to)];
    const way = a && this.ways.get(a.way);
    if (a && b && way && a.way === b.way && this.straight(a, b, way)) return [];
    const cost = new Map<string, number>();
    const before = new Map<string, string>();
    const offer = ({ to: point, cost: price }: Arc, via: string): void => {
      if (price >= (cost.get(point) ?? Infinity)) return;
      cost.set(point, price);
      before.set(point, via);
    };
    this.beside(from, true).forEach((arc) => offer(arc, ""));
    const done = new Set<string>();
    for (;;) {
      let next = "";
      let least = Infinity;
      for (const [point, price] of cost) if (!done.has(point) && price < least) [next, least] = [point, price];
      if (!next) break;
      done.add(next);
      for (const arc of this.arcs.get(next) ?? []) offer({ to: arc.to, cost: least + arc.cost }, next);
    }
    const price = (arc: Arc): number => arc.cost + (cost.get(arc.to) ?? Infinity);
    const last = this.beside(to, false).sort((x, y) => price(x) - price(y))[0];
    if (!last || price(last) === Infinity) return null;
    const path: string[] = [];
    for (let point = last.to; point; point = before.get(point) ?? "") path.unshift(point);
    return path;
  }

  private straight(a: Spot, b: Spot, way: WaySeen): boolean {
    const cuts = this.cuts.get(way.name) ?? [];
    const [low, high] = [Math.min(a.along_mm, b.along_mm), Math.max(a.along_mm, b.along_mm)];
    return !cuts.some((cut) => cut < 0 || (cut > low && cut < high)) && (!way.one_way || a.along_mm <= b.along_mm);
  }
}
