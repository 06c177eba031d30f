import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const page = (name: string) => fileURLToPath(new URL(`${name}.html`, import.meta.url));

// Two pages, one build: everything is hosted by the controller itself under /web/.
export default defineConfig({
  base: "/web/",
  plugins: [svelte()],
  build: {
    outDir: "dist",
    assetsInlineLimit: 0, // the policy of the pages allows no data: scripts or styles
    modulePreload: { polyfill: false },
    rollupOptions: { input: { handheld: page("handheld"), console: page("console") } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
