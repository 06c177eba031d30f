/** Something fetched from the controller, and fetched again from time to time. */
import { onDestroy } from "svelte";
import { call, Refused } from "../shared/api";

export class Fetched<T> {
  value = $state.raw<T | null>(null);
  trouble = $state("");
  busy = $state(false);
  private path = "";
  private timer = 0;
  private turn = 0;

  constructor(private readonly every_ms = 0) {
    onDestroy(() => window.clearTimeout(this.timer));
  }

  /** Fetches from `path`; an answer to an earlier path that comes late is dropped. */
  async get(path: string): Promise<void> {
    if (path !== this.path) this.value = null;
    this.path = path;
    const turn = ++this.turn;
    window.clearTimeout(this.timer);
    this.busy = true;
    try {
      const value = await call<T>(path);
      if (turn !== this.turn) return;
      this.value = value;
      this.trouble = "";
    } catch (error) {
      if (turn !== this.turn) return;
      this.trouble = error instanceof Refused ? error.message : "The controller does not answer.";
      if (error instanceof Refused) this.value = null;
    }
    this.busy = false;
    if (this.every_ms) this.timer = window.setTimeout(() => this.again(), this.every_ms);
  }

  again(): Promise<void> {
    return this.get(this.path);
  }
}
