import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version of this package, from its package.json: the same file from `src` and from `dist`. */
export const version: string = (
  JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { version: string }
).version;

/** How this program names itself to registries and forges. */
export const userAgent = `zot-fleet/${version}`;
