import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
      makeWhole(path, JSON.stringify(identify(process.pid)));
      return {
        release: () => {
          rmSync(path, { force: true });
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || tries > 9) throw error;
      const holder = runningHolder(path) ?? takeOver(path);
      if (holder !== undefined) return { holder };
    }
  }
}

function runningHolder(path: string): ProcessIdentity | undefined {
  const holder = readIdentity(path);
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

/** Removes the lock of a process that is no more; gives the one that took it over meanwhile, whose lock stays. */
function takeOver(path: string): ProcessIdentity | undefined {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const holder = runningHolder(aside);
  if (holder === undefined) rmSync(aside);
  else renameSync(aside, path);
  return holder;
}

/** Makes a file that is not there: with its text at once, because one that is empty for a moment looks like a cut off one. */
function makeWhole(path: string, text: string): void {
  const written = `${path}.${process.pid}`;
  writeFileSync(written, text);
  try {
    linkSync(written, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    // A file system without links.
    writeFileSync(path, text, { flag: "wx" });
  } finally {
    rmSync(written, { force: true });
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
