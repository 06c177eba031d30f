/** What this device keeps over reloads and reboots: scans without an answer, and the last screen.
 *
 * A scan is on disk before it is sent. Tabs share the store; each writes in one transaction.
 */
import type { Ahead, Pending, Said, Screen } from "./types";

export interface Kept {
  worker: string;
  screen: Screen;
  ahead: Ahead | null;
  at: number; // the position of `screen` in `ahead`
  said: Said | null;
}

const NAME = "pickwright-handheld";

export class Store {
  private constructor(private readonly db: IDBDatabase) {}

  static async open(): Promise<Store> {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("pending", { keyPath: "seq", autoIncrement: true });
      request.result.createObjectStore("kept");
    };
    return new Store(await done(request));
  }

  async pending(): Promise<Pending[]> {
    return done(this.db.transaction("pending").objectStore("pending").getAll());
  }

  async kept(): Promise<Kept | undefined> {
    return done(this.db.transaction("kept").objectStore("kept").get("work"));
  }

  async keep(kept: Kept | undefined): Promise<void> {
    const all = this.db.transaction("kept", "readwrite");
    if (kept) all.objectStore("kept").put(kept, "work");
    else all.objectStore("kept").delete("work");
    return committed(all);
  }

  /** Stores a scan behind the one before it; resolves when it is on disk. */
  async append(scan: Omit<Pending, "seq" | "after" | "sent">): Promise<Pending> {
    const all = this.db.transaction("pending", "readwrite", { durability: "strict" });
    const pending = all.objectStore("pending");
    const before = await done(pending.openCursor(null, "prev"));
    const last = before?.value as Pending | undefined;
    const row = { ...scan, after: last?.worker === scan.worker ? last.id : "", sent: 0 };
    const seq = (await done(pending.add(row))) as number;
    await committed(all);
    return { ...row, seq };
  }

  /** A scan is about to be sent; false when it is no longer here. */
  async mark(scan: Pending): Promise<boolean> {
    const all = this.db.transaction("pending", "readwrite", { durability: "strict" });
    const pending = all.objectStore("pending");
    const row = (await done(pending.get(scan.seq))) as Pending | undefined;
    if (row) pending.put({ ...row, sent: row.sent + 1 });
    await committed(all);
    return row !== undefined;
  }

  /** Takes the last scan back if it was never sent; whether it was. */
  async takeBack(): Promise<boolean> {
    const all = this.db.transaction("pending", "readwrite");
    const cursor = await done(all.objectStore("pending").openCursor(null, "prev"));
    const last = cursor?.value as Pending | undefined;
    if (!cursor || !last || last.sent) return false;
    cursor.delete();
    await committed(all);
    return true;
  }

  /** A scan has its answer: it goes, and the screen of the answer is kept, in one step. */
  async settle(scan: Pending, kept: Kept): Promise<void> {
    const all = this.db.transaction(["pending", "kept"], "readwrite");
    all.objectStore("pending").delete(scan.seq);
    all.objectStore("kept").put(kept, "work");
    return committed(all);
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(all: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    all.oncomplete = () => resolve();
    all.onabort = all.onerror = () => reject(all.error);
  });
}
