/** Keeps the page on the device, so that it opens without a network. Data is never kept here. */
/// <reference lib="webworker" />
import { FILES } from "virtual:handheld-files";

const self_ = self as unknown as ServiceWorkerGlobalScope;
const PAGE = "/handheld";
const SHELL = `handheld-${FILES.version}`;
const PICTURES = "pictures";
const PICTURE = /^\/api\/items\/[^/]+\/picture$/;

self_.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self_.skipWaiting()));
});

async function keepShell(): Promise<void> {
  const cache = await caches.open(SHELL);
  await cache.addAll([PAGE, ...FILES.urls].map((url) => new Request(url, { cache: "reload" })));
}

self_.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells().then(() => self_.clients.claim()));
});

async function dropOldShells(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith("handheld-") && name !== SHELL) await caches.delete(name);
  }
}

self_.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self_.location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page());
  else if (url.pathname.startsWith("/web/")) event.respondWith(keptFirst(request, SHELL));
  else if (PICTURE.test(url.pathname)) event.respondWith(keptFirst(request, PICTURES));
});

/** The page from the network for as long as it answers, so that updates come through. */
async function page(): Promise<Response> {
  try {
    const fresh = await fetch(PAGE, { signal: AbortSignal.timeout(2_000) });
    if (fresh.ok) return fresh;
  } catch {
    // no network: the kept page does
  }
  return (await caches.match(PAGE, { cacheName: SHELL })) ?? Response.error();
}

async function keptFirst(request: Request, name: string): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await (await caches.open(name)).put(request, fresh.clone());
  return fresh;
}
