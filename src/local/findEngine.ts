import { existsSync } from "node:fs";
import { join } from "node:path";
import { findTool, MissingToolError } from "../system/tools";
import { cacheDirectory } from "../system/cacheDirectory";

/** The engine that is downloaded or built where there is none; the one that engine/go.mod pins. */
export const engineVersion = "3.250.0";

/** The folder of an engine of ours: its command is `bin/pulumi`. */
export const engineRoot = () => join(cacheDirectory(), `pulumi-${engineVersion}`);

/** Pulumi's command: from PATH, else the one that `npm run local` or the tests keep; undefined where there is neither. */
export function findEngine(): string | undefined {
  const own = join(engineRoot(), "bin", "pulumi");
  return findTool("pulumi") ?? (existsSync(own) ? own : undefined);
}

/** The same; MissingToolError where there is neither. */
export function requireEngine(): string {
  const found = findEngine();
  if (found === undefined) throw new MissingToolError("pulumi");
  return found;
}
