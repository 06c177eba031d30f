import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { Plugin } from "vite";

const PACKABLE = /\.(js|css|html|svg|wasm|webmanifest|json)$/;
const LEAST_BYTES = 1_024;
const packings = { br: promisify(brotliCompress), gz: promisify(gzip) };

/** Beside each file of the build its compressed twins, so that no request waits for packing. */
export function packed(): Plugin {
  let folder = "";
  return {
    name: "packed",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      folder = config.build.outDir;
    },
    async closeBundle() {
      const names = await readdir(folder, { recursive: true });
      for (const name of names.filter((each) => PACKABLE.test(each))) {
        const bytes = await readFile(join(folder, name));
        if (bytes.length < LEAST_BYTES) continue;
        for (const [ending, pack] of Object.entries(packings)) {
          await writeFile(join(folder, `${name}.${ending}`), await pack(bytes));
        }
      }
    },
  };
}
