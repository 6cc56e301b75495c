import { homedir } from "node:os";
import { join } from "node:path";

/** Where downloads and builds are kept between runs: `$XDG_CACHE_HOME/zot-fleet`, `~/.cache/zot-fleet` by default. */
export function cacheDirectory(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "zot-fleet");
}
