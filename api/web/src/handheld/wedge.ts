/** Tells a scanner's keys from a person's: keys of a burst are one scan, with or without suffix.
 *
 * Needs no focus in a field. Keys that come singly go to `typed`, for the key pad.
 */
export const GAP_MS = 60; // a scanner types a key in 1 to 30 ms, a person needs 80 and more
export const UNKNOWN_MS = 120; // after this silence a scan without suffix is over
export const SUFFIXED_MS = 400; // a scanner that ends its scans may be slow in between
export const BURST_MIN = 3;

export interface Heard {
  scanned(raw: string): void;
  typed(key: string): void;
  /** Whether single keys mean something now, so that a person's keys must be told apart. */
  wantsKeys(): boolean;
}

export interface Timers {
  set(run: () => void, ms: number): number;
  clear(timer: number): void;
}

const SUFFIXES = new Set(["Enter", "Tab"]);

export class Wedge {
  private keys: string[] = [];
  private lastMs = -Infinity;
  private timer: number | undefined;
  private suffixed = false; // this scanner has ended a scan by Enter or Tab before

  constructor(
    private readonly heard: Heard,
    private readonly timers: Timers = {
      set: (run, ms) => window.setTimeout(run, ms),
      clear: (timer) => window.clearTimeout(timer),
    },
  ) {}

  /** Whether keys came that are not a scan or a typed key yet. */
  get busy(): boolean {
    return this.keys.length > 0;
  }

  /** One key at `atMs`; true when it is taken, so that the page does nothing else with it. */
  key(key: string, atMs: number): boolean {
    const suffix = SUFFIXES.has(key);
    if (!suffix && key.length !== 1 && key !== "Backspace") return false;
    if (this.keys.length && atMs - this.lastMs > this.patience) this.flush();
    this.lastMs = atMs;
    if (suffix) return this.end(key);
    this.keys.push(key);
    this.wait();
    return true;
  }

  private end(suffix: string): boolean {
    if (!this.keys.length || this.keys.includes("Backspace")) {
      this.flush();
      if (suffix === "Enter") this.heard.typed(suffix);
      return suffix === "Enter";
    }
    const raw = this.keys.join("");
    this.clear();
    this.suffixed = true;
    this.heard.scanned(raw);
    return true;
  }

  private get patience(): number {
    if (this.heard.wantsKeys()) return GAP_MS;
    return this.suffixed ? SUFFIXED_MS : UNKNOWN_MS;
  }

  private wait(): void {
    if (this.timer !== undefined) this.timers.clear(this.timer);
    this.timer = this.timers.set(() => this.flush(), this.patience + 20);
  }

  /** The burst is over: a scan without suffix, or keys that a person typed. */
  private flush(): void {
    const keys = this.keys;
    this.clear();
    if (keys.length >= BURST_MIN && !keys.includes("Backspace")) {
      this.heard.scanned(keys.join(""));
      return;
    }
    for (const key of keys) this.heard.typed(key);
  }

  private clear(): void {
    if (this.timer !== undefined) this.timers.clear(this.timer);
    this.timer = undefined;
    this.keys = [];
  }
}

/** The key of a browser's event as a character; scanners send GS as Ctrl+]. */
export function keyOf(event: KeyboardEvent): string {
  if (event.ctrlKey && !event.altKey && event.key === "]") return "\x1d";
  if ((event.ctrlKey && !event.altKey) || event.metaKey) return "";
  return event.key;
}
