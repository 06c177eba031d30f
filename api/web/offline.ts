/** Builds the service worker of the handheld: it is told which files the page consists of. */
import { createHash } from "node:crypto";
import type { Plugin, Rollup } from "vite";

const NAME = "virtual:handheld-files";
const MARK = "__HANDHELD_FILES__";
const ENTRY = "handheld";

export function offline(base: string): Plugin {
  return {
    name: "handheld-offline",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? `export const FILES = ${MARK};` : undefined),
    generateBundle(_options, bundle) {
      const urls = filesOf(bundle).map((name) => base + name);
      const version = createHash("sha256").update(urls.join()).digest("hex").slice(0, 12);
      const files = JSON.stringify({ version, urls: [...urls, `${base}handheld.webmanifest`] });
      for (const each of Object.values(bundle)) {
        if (each.type === "chunk" && each.name === "worker") {
          each.code = each.code.replace(MARK, files);
        }
      }
    },
  };
}

/** All that the page may load, but for the decoder of the camera, which is large and rare. */
function filesOf(bundle: Rollup.OutputBundle): string[] {
  const found = new Set<string>();
  const add = (name: string) => {
    const chunk = bundle[name];
    if (found.has(name) || chunk?.type !== "chunk" || chunk.name === "camera") return;
    found.add(name);
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
    for (const asset of chunk.viteMetadata?.importedAssets ?? []) found.add(asset);
    [...chunk.imports, ...chunk.dynamicImports].forEach(add);
  };
  for (const each of Object.values(bundle)) {
    if (each.type === "chunk" && each.isEntry && each.name === ENTRY) add(each.fileName);
  }
  return [...found].sort();
}
