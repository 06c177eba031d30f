/** The requests of this page, each with a limit of time. */
import { call, Refused, signIn as send } from "../shared/api";
import type { Ahead, Pending, Reply, Screen, Stowage, VanTour, WantedPaper } from "./types";

const ANSWER_MS = 8_000;

interface Where {
  worker: string;
  screen: Screen;
}

const soon = () => AbortSignal.timeout(ANSWER_MS);

const screen = () => call<Where>("/api/handheld/screen", undefined, soon());
export const ahead = () => call<Ahead>("/api/handheld/ahead", undefined, soon());
export const parcelInHand = () =>
  call<Stowage | null>("/api/handheld/packing", undefined, soon());
export const tourInHand = () =>
  call<VanTour | null>("/api/handheld/tour", undefined, soon());
export const papersInHand = () =>
  call<WantedPaper[]>("/api/handheld/papers", undefined, soon());
/** Makes the paper where it is missing and records the print; its address. */
export async function printPaper({ lpn, kind, prints }: WantedPaper): Promise<string> {
  const at = `/api/parcels/${encodeURIComponent(lpn)}/documents`;
  const { document } = await call<{ document: number }>(at, { kind }, soon());
  await call<unknown>(`/api/documents/${document}/print`, prints ? { why: "bench" } : {}, soon());
  return `/api/documents/${document}/file`;
}
export const start = (id: string) =>
  call<Reply & Where>("/api/handheld/start", { id }, soon());
/** The true screen; work begins anew where the session was closed. */
export async function now(id: string): Promise<Where> {
  try {
    return await screen();
  } catch (error) {
    if (error instanceof Refused && error.problem.code === "not_signed_in") return start(id);
    throw error;
  }
}

export const signIn = (badge: string, pin: string, newPin: string) =>
  send(badge, pin, newPin, true, soon());
export const signOut = () => call<unknown>("/api/sign-out", {}, soon());

export function scan(pending: Pending): Promise<Reply> {
  const { id, worker, version, raw, symbology, after } = pending;
  return call("/api/handheld/scan", { id, worker, version, raw, symbology, after }, soon());
}
