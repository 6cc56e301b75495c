import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { identify, isRunning } from "./processes";

const open = new Map<string, AbortController>();

/**
 * Runs `work` with a new directory that only this user can enter, and removes it afterwards: also when the process is
 * told to stop (SIGINT, SIGTERM, SIGHUP), after aborting the signal given to `work`, for the processes that work in the
 * directory. What a killed process left is removed by the next call beside it, in the same container or on the same machine.
 *
 * @param parent where the directory is made. @default the system's folder for temporary files
 */
export async function withPrivateDirectory<T>(
  work: (directory: string, signal: AbortSignal) => Promise<T>,
  parent = tmpdir(),
): Promise<T> {
  sweep(parent);
  const { pid, started } = identify(process.pid);
  const directory = withRoom(parent, () =>
    mkdtempSync(join(parent, `${prefix()}${pid}-${started}-`)),
  );
  const controller = new AbortController();
  open.set(directory, controller);
  if (open.size === 1) for (const signal of signals) process.on(signal, stop);
  try {
    return await work(directory, controller.signal).catch((error: unknown) => {
      throw namingRoom(error, parent);
    });
  } finally {
    remove(directory);
    if (open.size === 0) for (const signal of signals) process.off(signal, stop);
  }
}

function withRoom<T>(folder: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw namingRoom(error, folder);
  }
}

/** Node says that a write found no room, and not where. */
function namingRoom(error: unknown, folder: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return error instanceof Error && (code === "ENOSPC" || code === "EDQUOT")
    ? new Error(`no room in ${folder}: ${error.message}`)
    : error;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function stop(signal: NodeJS.Signals): void {
  for (const controller of open.values()) controller.abort(new Error(`stopped by ${signal}`));
  for (const directory of [...open.keys()]) {
    try {
      remove(directory);
    } catch {
      // What stays of one must not keep the next, with its credentials: the next run removes it.
      continue;
    }
  }
  for (const each of signals) process.off(each, stop);
  // Our listener took the place of the default action: when nobody else listens, the process must still end.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function remove(directory: string): void {
  open.delete(directory);
  // A process that was told to stop may make one more file while the folder goes.
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}

/**
 * Begins the name of a directory of whoever sees the same processes. Containers that share a /tmp do not see each other's: to
 * one of them, what another one works in looks as if its process were gone.
 */
function prefix(): string {
  const read = (what: () => string) => {
    try {
      return what().trim();
    } catch {
      return "";
    }
  };
  const kernel = read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const processes = read(() => readlinkSync("/proc/self/ns/pid"));
  const place = createHash("sha256").update(`${hostname()} ${kernel} ${processes}`).digest("hex");
  return `zot-fleet-${place.slice(0, 12)}-`;
}

/** Removes the directories of processes that are no more. Another user's are left alone: removing them fails. */
function sweep(parent: string): void {
  const ours = prefix();
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(ours)) continue;
    const [, pid, started] = /^(\d+)-(\d+)-/.exec(name.slice(ours.length)) ?? [];
    if (pid === undefined || started === undefined) continue;
    if (isRunning({ pid: Number(pid), started })) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}
