import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { identify, isRunning, type ProcessIdentity } from "./processes";

/** A lock that was taken, or who has it. */
type LockAttempt = { release: () => void } | { holder: ProcessIdentity };

/**
 * Takes the lock file at `path` for this process, or says which running process has it. The lock of a process that is no more is
 * taken over.
 */
export function tryLock(path: string): LockAttempt {
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, JSON.stringify(identify(process.pid)), { flag: "wx" });
      return {
        release: () => {
          rmSync(path, { force: true });
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || tries > 1) throw error;
      const holder = readIdentity(path);
      if (holder !== undefined && isRunning(holder)) return { holder };
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
