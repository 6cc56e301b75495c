import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { childEnvironment } from "./environment";

/** A process as it can be told from a later one with the same id. */
export interface ProcessIdentity {
  pid: number;
  /** When it started: clock ticks since boot (proc(5), field 22), seconds since 1970 without /proc; "0" where neither is known. */
  started: string;
}

/** What tells when a process started: Linux's /proc, or `ps` of other systems. */
export type ProcessTable = (pid: number) => string | undefined;

export function identify(pid: number, table = usualTable): ProcessIdentity {
  return { pid, started: table(pid) ?? "0" };
}

/** True while the very process runs, not merely one with its id: one of which nobody knows when it started is not called ours. */
export function isRunning({ pid, started }: ProcessIdentity, table = usualTable): boolean {
  return started !== "0" && table(pid) === started;
}

const usualTable: ProcessTable = (pid) =>
  existsSync("/proc/self/stat") ? startInProc(pid) : startByPs(pid);

export function startInProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces; the state follows it. A zombie (Z) runs no more.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

/**
 * How many bytes a process of ours has read and written so far, of files, pipes and connections together (proc(5), /proc/pid/io);
 * undefined where nobody counts, as on macOS, or it is gone.
 */
export function bytesMoved(pid: number | undefined): { read: number; written: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid ?? 0}/io`, "utf8");
    const of = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1]);
    return { read: of("rchar"), written: of("wchar") };
  } catch {
    return undefined;
  }
}

/** By `ps` of macOS, the BSDs and Linux: `lstart` is to the second, in the language that LC_ALL names. */
export function startByPs(pid: number): string | undefined {
  try {
    const args = ["-o", "stat=,lstart=", "-p", String(pid)];
    const env = childEnvironment({ LC_ALL: "C", TZ: "UTC" });
    const line = execFileSync("ps", args, {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [, state = "Z", date = ""] = /^\s*(\S+)\s+(.*?)\s*$/.exec(line) ?? [];
    const seconds = Date.parse(`${date} UTC`) / 1000;
    return state.startsWith("Z") || Number.isNaN(seconds) ? undefined : String(seconds);
  } catch {
    return undefined;
  }
}
