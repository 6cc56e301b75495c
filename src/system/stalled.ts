import type { ChildProcess } from "node:child_process";
import { bytesMoved } from "./processes";

/** How long a process may stand still. A layer that the registry's disk swallows slowly moves all the time. */
export const stall = { afterMs: 10 * 60_000 };

/** Bytes that are no work: Go's runtime writes one to itself now and then. */
const idle = 16 * 1024;

/**
 * Kills a process that reads and writes next to nothing for `stall.afterMs`, where somebody counts that.
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

function movedBy(pid: number | undefined): number | undefined {
  const bytes = bytesMoved(pid);
  return bytes && bytes.read + bytes.written;
}
