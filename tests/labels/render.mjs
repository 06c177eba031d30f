// Draws every ZPL format on stdin as a printer would (4 x 6 inch, 8 dots/mm): base64 PNG lines.
import fs from "node:fs";
import { ready } from "zpl-renderer-js";

const { api } = await ready;
const formats = fs.readFileSync(0, "utf8").match(/\^XA[^]*?\^XZ/g) ?? [];
for (const format of formats) {
  console.log(await api.zplToBase64Async(format, 101.6, 152.4, 8));
}
