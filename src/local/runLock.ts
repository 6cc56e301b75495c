import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identify, isRunning, type ProcessIdentity } from "../system/processes";
import { UserError } from "../system/userError";

/**
 * Takes the folder for this process until the returned function is called. A lock whose process was killed is taken
 * over; one whose process runs is refused.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "lock.json");
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, JSON.stringify(identify(process.pid)), { flag: "wx" });
      return () => {
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || tries > 1) throw error;
      const holder = readIdentity(path);
      if (holder !== undefined && isRunning(holder)) {
        throw new UserError(
          `process ${holder.pid} is already at work in ${folder}: wait for it, or stop it with "kill ${holder.pid}"`,
        );
      }
      rmSync(path, { force: true });
    }
  }
}

/** The process that a file names, or undefined where the file is absent or was cut off while it was written. */
export function readIdentity(path: string): ProcessIdentity | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, "utf8")) as Partial<ProcessIdentity>;
    return pid === undefined || started === undefined ? undefined : { pid, started };
  } catch {
    return undefined;
  }
}
