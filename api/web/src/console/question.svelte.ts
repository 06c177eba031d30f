/** A question whose answer takes a while: what is answered stays when its page is left. */
import { call } from "../shared/api";
import { said } from "./acts";

export class Question<T> {
  value = $state.raw<T | null>(null);
  trouble = $state("");
  asked_s = $state(0);
  busy = $state(false);
  private waits: AbortController | null = null;

  async ask(path: string, body?: unknown): Promise<void> {
    this.waits?.abort();
    const waits = (this.waits = new AbortController());
    this.busy = true;
    this.trouble = "";
    this.asked_s = 0;
    const timer = window.setInterval(() => (this.asked_s += 1), 1_000);
    try {
      const value = await call<T>(path, body, waits.signal);
      if (!waits.signal.aborted) this.value = value;
    } catch (error) {
      if (!waits.signal.aborted) this.trouble = said(error);
    }
    window.clearInterval(timer);
    if (this.waits === waits) this.busy = false;
  }

  /** Waits no longer; the answer before stays. */
  stop(): void {
    this.waits?.abort();
    this.busy = false;
  }
}
