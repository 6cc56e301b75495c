import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findTool } from "../../src/system/tools";

export interface RecordedTools {
  /** PATH with these tools in front. */
  path: string;
  /** How each tool was called so far, a line for each. */
  calls: () => string[];
  remove: () => void;
}

/** Tools in front of those on `path` that write down how they are called, and then become the real ones; those that are not there are left out. */
export function recordTools(tools: readonly string[], path: string): RecordedTools {
  const folder = mkdtempSync(join(tmpdir(), "tools-"));
  const log = join(folder, "calls");
  for (const tool of tools) {
    const real = findTool(tool, path);
    if (real === undefined) continue;
    const script = `#!/bin/sh\nprintf '%s\\n' "${tool} $*" >> '${log}'\nexec '${real}' "$@"\n`;
    writeFileSync(join(folder, tool), script);
    chmodSync(join(folder, tool), 0o755);
  }
  return {
    path: [folder, path].join(delimiter),
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
