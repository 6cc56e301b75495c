import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

/** How long a process may stand still. A layer that the registry's disk swallows slowly moves all the time. */
export const stall = { afterMs: 10 * 60_000 };

/** Bytes that are no work: Go's runtime writes one to itself now and then. */
const idle = 16 * 1024;

/**
 * Kills a process that reads and writes next to nothing for `stall.afterMs`, by what Linux counts of it (proc(5), /proc/pid/io).
 * Elsewhere it is left alone: nothing tells a slow one from one that stands still.
 */
export function endWhenStalled(child: ChildProcess): { end: () => boolean } {
  const began = movedBy(child.pid);
  if (began === undefined) return { end: () => false };
  let last = { moved: began, at: performance.now() };
  let stalled = false;
  const timer = setInterval(() => {
    const moved = movedBy(child.pid);
    if (moved === undefined) return;
    if (moved - last.moved > idle) last = { moved, at: performance.now() };
    else if (performance.now() - last.at > stall.afterMs) stalled = child.kill("SIGKILL");
  }, stall.afterMs / 20);
  return {
    /** Ends the watch, and says whether it ended the process. */
    end: () => {
      clearInterval(timer);
      return stalled;
    },
  };
}

/** Bytes that a process has read and written so far, pipes and sockets among them; undefined where nobody tells. */
function movedBy(pid: number | undefined): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid ?? 0}/io`, "utf8");
    const counts = [...text.matchAll(/^[rw]char: (\d+)$/gm)].map(([, count]) => Number(count));
    return counts.reduce((sum, count) => sum + count, 0);
  } catch {
    return undefined;
  }
}
