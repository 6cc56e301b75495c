import { readFileSync } from "node:fs";

/** A process as it can be told from a later one with the same id. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in clock ticks since boot (proc(5), field 22); "0" where there is no /proc. */
  started: string;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, started: startTime(pid) ?? "0" };
}

/** True while the very process runs, not merely one with its id. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return started === "0" ? isAlive(pid) : startTime(pid) === started;
}

function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces; the state follows it. A zombie (Z) runs no more.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
