/** One worker's work on this device: the true screen, the scans on their way, and what is shown.
 *
 * What is shown follows the scans as far as the tour is known; it is marked as pending until the
 * controller has answered. It refuses to decide anything itself: an answer always wins.
 */
import { read } from "./codes";
import { give } from "./feedback";
import { isSame, next, slotsOf, stepAt, walk } from "./foresee";
import { device, uuid } from "./ids";
import { Link } from "./link.svelte";
import { Refused } from "../shared/api";
import * as server from "./server";
import { Store } from "./store";
import type { Ahead, Fields, NotTaken, Pending, Reply, Said, Screen, Tone } from "./types";

export type Phase = "loading" | "sign-in" | "work";

const SAID_NOTHING: Said = { message: "", tone: "info", fields: {} };

const STALE = new Set(["screen_out_of_date", "scan_before_was_refused"]);

export class Work {
  phase = $state<Phase>("loading");
  worker = $state("");
  screen = $state.raw<Screen | null>(null);
  ahead = $state.raw<Ahead | null>(null);
  pending = $state.raw<Pending[]>([]);
  said = $state.raw<Said>(SAID_NOTHING);
  notTaken = $state.raw<NotTaken[]>([]);
  elsewhere = $state(false);
  dropsFnc1 = $state(false);
  count = $state(0); // answers so far: each lets the page show that something happened
  private at = $state(0);

  readonly mine = $derived(this.pending.filter((scan) => scan.worker === this.worker));
  readonly others = $derived(this.pending.filter((scan) => scan.worker !== this.worker));
  private readonly position = $derived(this.ahead ? walk(this.ahead, this.at, this.mine) : 0);
  private readonly step = $derived(stepAt(this.ahead, this.position));
  readonly shown = $derived(this.mine.length && this.step ? this.step.screen : this.screen);
  readonly picked = $derived(this.step?.picked ?? stepAt(this.ahead, this.at)?.picked ?? 0);

  readonly slots = $derived(this.ahead ? slotsOf(this.ahead, this.position ?? this.at) : []);

  readonly link: Link;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly store: Store) {
    this.link = new Link(device(), {
      opened: () => void this.refresh(),
      pushed: (screen) => void this.pushed(screen),
      present: (here) => (this.elsewhere = !here),
      due: () => void this.drain(),
    });
  }

  static async open(): Promise<Work> {
    const work = new Work(await Store.open());
    await work.resume();
    return work;
  }

  /** Shows at once what this device kept, then asks the controller. */
  private async resume(): Promise<void> {
    this.pending = await this.store.pending();
    const kept = await this.store.kept();
    if (kept) {
      Object.assign(this, { worker: kept.worker, screen: kept.screen, at: kept.at });
      Object.assign(this, { ahead: kept.ahead, said: kept.said ?? SAID_NOTHING });
      this.phase = "work";
    }
    this.link.listenToTabs(() => void this.reload());
    await this.refresh(true);
  }

  /** Another tab has written to the store. */
  private async reload(): Promise<void> {
    this.pending = await this.store.pending();
    const kept = await this.store.kept();
    if (!kept) return void (this.phase = "sign-in");
    Object.assign(this, { worker: kept.worker, screen: kept.screen });
    Object.assign(this, { ahead: kept.ahead, at: kept.at, phase: "work" });
  }

  /** The true screen, after a start, a reconnection or a sign-in. */
  private async refresh(over = false): Promise<void> {
    try {
      const now = await server.now(uuid());
      this.link.alive();
      if (this.worker !== now.worker) this.forgetScreen();
      this.worker = now.worker;
      if (!this.mine.length) await this.show(now.screen);
      this.phase = "work";
      this.link.connect(over);
      await this.drain();
    } catch (error) {
      await this.failed(error);
      if (this.phase === "loading") this.phase = "sign-in";
    }
  }

  private async failed(error: unknown): Promise<void> {
    if (!(error instanceof Refused) || error.problem.status >= 500) return this.link.lost();
    if (error.problem.status === 401) return this.signedOut(true);
    if (error.problem.status === 429) return this.link.lost();
    this.tell({ message: error.problem.code, tone: "error", fields: error.problem.fields });
  }

  // --- signing in and out ---

  /** The code of why not; "" when signed in. */
  async signIn(badge: string, pin: string, newPin = ""): Promise<string> {
    try {
      await server.signIn(badge, pin, newPin);
      const reply = await server.start(uuid());
      if (this.worker !== reply.worker) this.forgetScreen();
      this.worker = reply.worker;
      this.elsewhere = false;
      this.phase = "work";
      this.link.alive();
      if (!this.mine.length) await this.show(reply.screen);
      this.tell({ message: reply.message, tone: reply.tone, fields: {} });
      this.link.connect(true);
      await this.drain();
      return "";
    } catch (error) {
      if (error instanceof Refused && error.problem.status < 500) {
        give("error");
        return error.problem.code;
      }
      this.tell({ message: "unreachable", tone: "error", fields: {} });
      throw error;
    }
  }

  async signOut(): Promise<void> {
    if (this.mine.length) return;
    try {
      await server.signOut();
      await this.signedOut(false);
    } catch (error) {
      await this.failed(error);
    }
  }

  private async signedOut(unexpected: boolean): Promise<void> {
    this.link.close();
    const wasIn = this.phase === "work";
    this.phase = "sign-in";
    if (unexpected && wasIn) this.said = { message: "ui.signed_out", tone: "warn", fields: {} };
    else this.said = SAID_NOTHING;
    if (unexpected) return; // the same worker goes on here after signing in again
    this.worker = "";
    this.forgetScreen();
    await this.store.keep(undefined);
    this.link.tellTabs();
  }

  private forgetScreen(): void {
    Object.assign(this, { screen: null, ahead: null, at: 0, notTaken: [] });
  }

  async workHere(): Promise<void> {
    this.elsewhere = false;
    this.link.close();
    await this.refresh(true);
  }

  // --- scans ---

  /** One scan, key-pad entry or button; scans are taken one after another. */
  scan(raw: string, symbology = ""): Promise<void> {
    const turn = this.turn.then(() => this.take(raw, symbology));
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  private async take(raw: string, symbology: string): Promise<void> {
    if (this.phase !== "work" || this.elsewhere || !this.screen || !raw.trim()) return;
    this.notTaken = [];
    if (!this.link.online && !(await this.mayWait(raw))) return;
    const { worker, screen } = this;
    const made = { id: uuid(), worker, version: screen.version, raw, symbology };
    const scan = { ...made, kept: !this.link.online };
    const stored = await this.store.append(scan);
    this.pending = [...this.pending, stored];
    this.link.tellTabs();
    if (this.link.online) void this.drain();
    else this.waits();
  }

  private waits(): void {
    this.tell({ message: "pending", tone: "pending", fields: {} });
  }

  /** Whether a scan may be kept in a dead zone: what it leads to must be known. */
  private async mayWait(raw: string): Promise<boolean> {
    const { code, command } = read(raw);
    if (code === "UNDO" && this.mine.length) {
      await this.takeBack();
      return false;
    }
    const step = this.step;
    if (this.ahead && step && this.position !== undefined) {
      if (next(this.ahead, this.position, raw) !== undefined) return true;
      if (command) this.tell({ message: "needs_connection", tone: "warn", fields: { got: code } });
      else this.wrong(step.screen, code);
      return false;
    }
    if (!this.mine.length) return true;
    this.tell({ message: "wait", tone: "error", fields: {} });
    return false;
  }

  private wrong(screen: Screen, got: string): void {
    const expected = screen.target || screen.expects.join(" / ");
    this.tell({ message: "wrong_scan", tone: "error", fields: { expected, got } });
  }

  private async takeBack(): Promise<void> {
    if (await this.store.takeBack()) {
      this.pending = await this.store.pending();
      this.link.tellTabs();
      this.tell({ message: "removed", tone: "pending", fields: {} });
    } else this.tell({ message: "needs_connection", tone: "warn", fields: { got: "UNDO" } });
  }

  // --- the way to the controller ---

  private drain(): Promise<void> {
    return this.link.alone(async () => {
      this.pending = await this.store.pending();
      for (let scan = this.mine[0]; scan; scan = this.mine[0]) {
        if (!(await this.send(scan))) return;
      }
      await this.lookAhead();
    });
  }

  /** Sends one scan; false when it has no answer and must be sent again. */
  private async send(scan: Pending): Promise<boolean> {
    const slow = this.link.expectAnswer();
    try {
      if (!(await this.store.mark(scan))) return await this.forget(scan);
      const reply = await server.scan(scan);
      this.link.alive();
      await this.answered(scan, reply);
      return true;
    } catch (error) {
      if (error instanceof Refused && [404, 409, 422].includes(error.problem.status)) {
        await this.refusedFor(scan, error);
        return true;
      }
      await this.failed(error);
      if (!this.link.online && !scan.kept && !scan.sent) this.waits();
      return false;
    } finally {
      slow();
    }
  }

  /** The scan was taken back, or another tab has had its answer. */
  private async forget(scan: Pending): Promise<boolean> {
    this.pending = this.pending.filter((each) => each.seq !== scan.seq);
    return true;
  }

  /** A refusal that carries no screen: the scan is over, and the truth is asked for. */
  private async refusedFor(scan: Pending, error: Refused): Promise<void> {
    const { code, fields } = error.problem;
    const now = await server.now(uuid());
    await this.answered(scan, { screen: now.screen, message: code, tone: "error", fields });
  }

  private async answered(scan: Pending, reply: Reply): Promise<void> {
    const refused = reply.tone === "error" || STALE.has(reply.message);
    if (refused && (scan.kept || this.mine.length > 1 || this.notTaken.length)) {
      this.notTaken = [...this.notTaken, { raw: scan.raw, said: reply }];
    }
    if (reply.warning === "fnc1_dropped") this.dropsFnc1 = true;
    this.moveTo(reply.screen, scan.raw);
    this.said = { message: reply.message, tone: reply.tone, fields: reply.fields };
    await this.store.settle(scan, this.keep());
    this.pending = this.pending.filter((each) => each.seq !== scan.seq);
    this.link.tellTabs();
    this.count += 1;
    if (refused || !scan.kept || !this.mine.length) give(reply.tone);
  }

  private async pushed(screen: Screen): Promise<void> {
    const known = this.screen;
    if (this.mine.length || !known || screen.version < known.version) return;
    const counted = screen.version > known.version; // a device may fill in the same screen
    if (!counted && isSame(screen, known)) return;
    await this.show(screen);
    if (counted) this.tell({ message: screen.last || "changed", tone: "info", fields: {} });
    else this.filledIn(screen);
    await this.lookAhead();
  }

  private filledIn({ last, fields }: Screen): void {
    this.tell({ message: last, tone: fields["fault"] ? "warn" : "info", fields });
  }

  private async show(screen: Screen): Promise<void> {
    const known = this.screen?.version === screen.version && isSame(this.screen, screen);
    if (known) return void this.lookAhead();
    this.moveTo(screen);
    await this.store.keep(this.keep());
    this.link.tellTabs();
    void this.lookAhead();
  }

  /** The true screen; the tour that was sent ahead holds as long as it foresaw it. */
  private moveTo(screen: Screen, raw?: string): void {
    const to = this.ahead && raw !== undefined ? next(this.ahead, this.at, raw) : undefined;
    const step = stepAt(this.ahead, to);
    if (step && to !== undefined && isSame(step.screen, screen)) this.at = to;
    else if (!this.isKnown(screen)) this.ahead = null;
    this.screen = screen;
  }

  private isKnown(screen: Screen): boolean {
    const here = stepAt(this.ahead, this.at);
    return here !== undefined && isSame(here.screen, screen);
  }

  /** Asks for the rest of the tour while there is a connection. */
  private async lookAhead(): Promise<void> {
    if (this.ahead || this.screen?.workflow !== "picking" || !this.link.online) return;
    try {
      const ahead = await server.ahead();
      if (ahead.version !== this.screen?.version || this.mine.length) return;
      Object.assign(this, { ahead, at: 0 });
      await this.store.keep(this.keep());
    } catch (error) {
      await this.failed(error);
    }
  }

  private keep() {
    const { worker, screen, ahead, at, said } = $state.snapshot({
      worker: this.worker,
      screen: this.screen,
      ahead: this.ahead,
      at: this.at,
      said: this.said,
    });
    return { worker, screen: screen as Screen, ahead, at, said };
  }

  tell(said: { message: string; tone: Tone; fields: Fields }): void {
    this.said = said;
    this.count += 1;
    give(said.tone);
  }
}
