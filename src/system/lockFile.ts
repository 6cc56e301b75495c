import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { identify, isRunning, type ProcessIdentity } from "./processes";

/** A lock that was taken, or who has it. */
type LockAttempt = { release: () => void } | { holder: ProcessIdentity };

/** How long a file without a whole name in it may be one that is being written, in ms. */
const writing = 5000;

/** After which time a process that removes a lock must have died of it, in ms. */
const removing = 10_000;

/** For somebody else's turn: what is waited for takes microseconds. */
const pause = new Int32Array(new SharedArrayBuffer(4));

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
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || tries > 99) throw error;
      const holder = readIdentity(path);
      if (holder !== undefined && isRunning(holder)) return { holder };
      removeLeft(path);
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}

/**
 * Removes the lock of a process that is no more. One process at a time does so, and looks again when it is the one: otherwise it
 * would remove the lock of whoever was quicker. Nobody else removes a dead process's lock, and nobody can make one beside it.
 */
function removeLeft(path: string): void {
  const turn = `${path}.removing`;
  try {
    writeFileSync(turn, "", { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (isOlder(turn, removing)) rmSync(turn, { force: true });
    return;
  }
  try {
    const holder = readIdentity(path);
    const isLeft = holder === undefined ? isOlder(path, writing) : !isRunning(holder);
    if (isLeft) rmSync(path, { force: true });
  } finally {
    rmSync(turn, { force: true });
  }
}

function isOlder(path: string, milliseconds: number): boolean {
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Date.now() - written > milliseconds;
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
