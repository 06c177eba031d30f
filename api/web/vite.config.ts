import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { offline } from "./offline.ts";
import { packed } from "./packed.ts";

const BASE = "/web/";
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

// Two pages, one build: everything is hosted by the controller itself under /web/.
export default defineConfig({
  base: BASE,
  plugins: [svelte(), offline(BASE), packed()],
  build: {
    outDir: "dist",
    assetsInlineLimit: 0, // the policy of the pages allows no data: scripts or styles
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        handheld: file("handheld.html"),
        console: file("console.html"),
        worker: file("src/handheld/worker.ts"),
      },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === "worker" ? "handheld-worker.js" : "assets/[name]-[hash].js",
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
