import { expect, test } from "vitest";
import { BURST_MIN, GAP_MS, SUFFIXED_MS, UNKNOWN_MS, Wedge } from "./wedge";

/** A clock that moves only when a test moves it. */
function desk(wantsKeys = false) {
  const scans: string[] = [];
  const keys: string[] = [];
  let due: { run: () => void; at: number } | undefined;
  let now = 0;
  const wedge = new Wedge(
    { scanned: (raw) => scans.push(raw), typed: (key) => keys.push(key), wantsKeys: () => wantsKeys },
    { set: (run, ms) => ((due = { run, at: now + ms }), 1), clear: () => (due = undefined) },
  );
  const pass = (ms: number) => {
    now += ms;
    if (due && due.at <= now) due.run();
  };
  const type = (text: Iterable<string>, gapMs: number) => {
    for (const key of text) {
      pass(gapMs);
      wedge.key(key, now);
    }
  };
  return { scans, keys, pass, type };
}

test.each(["Enter", "Tab"])("a burst that ends with %s is one scan", (suffix) => {
  const { scans, type } = desk();
  type([..."A01-03-2", suffix], 5);
  expect(scans).toEqual(["A01-03-2"]);
});

test("a burst without suffix is a scan after a silence", () => {
  const { scans, pass, type } = desk();
  type("4006381333931", 5);
  expect(scans).toEqual([]);
  pass(UNKNOWN_MS + 20);
  expect(scans).toEqual(["4006381333931"]);
});

test("where keys mean something a person's keys are typed, not scanned", () => {
  const { scans, keys, type } = desk(true);
  type([..."12", "Backspace", "Enter"], GAP_MS * 3);
  expect(scans).toEqual([]);
  expect(keys).toEqual(["1", "2", "Backspace", "Enter"]);
});

test("a scan is told from typing on the same screen", () => {
  const { scans, keys, pass, type } = desk(true);
  type("7", 200);
  pass(GAP_MS + 20);
  type([..."CMD:SHORT", "Enter"], 5);
  expect(keys).toEqual(["7"]);
  expect(scans).toEqual(["CMD:SHORT"]);
});

test("a scanner known for its suffix may be slow between two keys", () => {
  const { scans, type } = desk();
  type([..."TOTE-01", "Enter"], 5);
  type([..."TOTE-02", "Enter"], SUFFIXED_MS - 50);
  expect(scans).toEqual(["TOTE-01", "TOTE-02"]);
});

test("fewer keys than a burst are no scan", () => {
  const { scans, keys, pass, type } = desk();
  type("7".repeat(BURST_MIN - 1), 5);
  pass(UNKNOWN_MS + 20);
  expect(scans).toEqual([]);
  expect(keys).toHaveLength(BURST_MIN - 1);
});
