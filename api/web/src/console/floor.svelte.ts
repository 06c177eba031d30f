/** The floor as it is now: one stream of events for all views, opened again whenever it breaks. */
import { call } from "../shared/api";
import type { LiveFloor, Obstacle, SiteMap } from "./types";

const EMPTY: LiveFloor = {
  clock: { now_ms: 0, speed: 1 },
  workers: [],
  tours: [],
  totes: {},
  belt: [],
  sections: [],
  lanes: [],
  blocked: [],
  alarms: [],
  alarms_open: 0,
  late: 0,
  counts: { order: {}, tour: {}, load: {}, parcel: {}, task: {} },
};
const SILENT_MS = 5_000;

let seen = $state.raw<LiveFloor>(EMPTY);
let map = $state.raw<SiteMap | null>(null);
let heardAt = 0;
let askedAt = 0;
let shut = $state.raw<Obstacle[]>([]);
let link = $state<"opening" | "live" | "lost">("opening");
let ticked = $state(0);
let source: EventSource | null = null;
let watch = 0;

export const floor = {
  get now(): LiveFloor {
    return seen;
  },
  /** What is blocked; another array only when something else is. */
  get blocked(): Obstacle[] {
    return shut;
  },
  get site(): SiteMap | null {
    return map;
  },
  get link(): "opening" | "live" | "lost" {
    return link;
  },
  /** The controller's time, going on between two looks. */
  get now_ms(): number {
    void ticked;
    const since = heardAt && link === "live" ? performance.now() - heardAt : 0;
    return seen.clock.now_ms + Math.round(since * seen.clock.speed);
  },
  get offset_ms(): number {
    return map?.utc_offset_ms ?? 0;
  },
};

function heard(event: MessageEvent<string>): void {
  const told = JSON.parse(event.data) as { clock: LiveFloor["clock"]; floor: Omit<LiveFloor, "clock" | "tours"> };
  seen = { ...seen, ...told.floor, clock: told.clock };
  if (JSON.stringify(told.floor.blocked) !== JSON.stringify(shut)) shut = told.floor.blocked;
  heardAt = performance.now();
  link = "live";
}

function tick(): void {
  ticked += 1;
  const silent = performance.now() - Math.max(heardAt, askedAt) > SILENT_MS;
  if (silent) link = "lost"; // also a line that is half open: it never says that it is broken
  if (silent || source?.readyState === EventSource.CLOSED) open();
}

function open(): void {
  source?.close();
  askedAt = performance.now();
  source = new EventSource("/api/console/events");
  source.addEventListener("now", heard);
  source.addEventListener("tours", (event: MessageEvent<string>) => {
    seen = { ...seen, tours: JSON.parse(event.data) as LiveFloor["tours"] };
  });
  source.onerror = () => {
    link = "lost";
  };
}

/** Starts watching; `stop` ends it at sign-out. */
export async function start(): Promise<void> {
  map = await call<SiteMap>("/api/console/site");
  if (source) return;
  open();
  watch = window.setInterval(tick, 1_000);
}

export function stop(): void {
  source?.close();
  source = null;
  window.clearInterval(watch);
  link = "opening";
}
