/** The connection: whether there is one, what comes over it, and who of several tabs may send. */
import type { Screen } from "./types";

const BEAT_MAX_MS = 10_000; // the server beats every 4 s
const SLOW_MS = 1_500;
const RETRY_MS = [500, 1_000, 2_000, 4_000, 5_000];
const CHANNEL = "pickwright-handheld";

export interface Heard {
  opened(): void;
  pushed(screen: Screen): void;
  present(here: boolean): void;
  due(): void;
}

export class Link {
  online = $state(navigator.onLine);
  private events: EventSource | undefined;
  private watch: number | undefined;
  private retry: number | undefined;
  private tries = 0;
  private busy = false;
  private again = false;
  private readonly tabs = new BroadcastChannel(CHANNEL);

  constructor(
    private readonly device: string,
    private readonly heard: Heard,
  ) {
    window.addEventListener("offline", () => {
      this.close(); // what is still on its way from before is no sign of life
      this.lost();
    });
    window.addEventListener("online", () => this.tryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.online) this.tryNow();
    });
  }

  /** `over`: the worker has just come here, so other devices of the same worker are to rest. */
  connect(over: boolean): void {
    if (this.events && this.events.readyState !== EventSource.CLOSED) return;
    const events = new EventSource(`/api/handheld/events?device=${this.device}&over=${over}`);
    this.events = events;
    events.addEventListener("presence", (event: MessageEvent<string>) => {
      this.alive();
      const { here } = JSON.parse(event.data) as { here: boolean };
      this.heard.present(here);
    });
    events.addEventListener("screen", (event: MessageEvent<string>) => {
      this.alive();
      const screen = JSON.parse(event.data) as Screen | null;
      if (screen) this.heard.pushed(screen);
    });
    events.onerror = () => {
      this.close();
      this.lost();
    };
  }

  close(): void {
    this.events?.close();
    this.events = undefined;
    window.clearTimeout(this.watch);
  }

  /** Something came from the server. */
  alive(): void {
    window.clearTimeout(this.watch);
    this.watch = window.setTimeout(() => this.lost(), BEAT_MAX_MS);
    this.tries = 0;
    window.clearTimeout(this.retry);
    if (this.online) return;
    this.online = true;
    this.heard.due();
  }

  /** No answer came: it is tried again in a moment. */
  lost(): void {
    this.online = false;
    window.clearTimeout(this.retry);
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    this.tries += 1;
    this.retry = window.setTimeout(() => this.tryNow(), wait);
  }

  private tryNow(): void {
    this.heard.opened();
  }

  /** A request has begun; without an answer soon the connection counts as lost. */
  expectAnswer(): () => void {
    const timer = window.setTimeout(() => (this.online = false), SLOW_MS);
    return () => window.clearTimeout(timer);
  }

  /** Runs `work` in one tab at a time, and once more if it was asked for meanwhile. */
  async alone(work: () => Promise<void>): Promise<void> {
    this.again = true;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.again) {
        this.again = false;
        if (navigator.locks) await navigator.locks.request(CHANNEL, work);
        else await work();
      }
    } finally {
      this.busy = false;
    }
  }

  listenToTabs(told: () => void): void {
    this.tabs.onmessage = told;
  }

  tellTabs(): void {
    this.tabs.postMessage("");
  }
}
