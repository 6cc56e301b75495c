import { readFileSync } from "node:fs";
import { processes } from "./processes";

/** Stands in the environment of a run of the tests, and of every process that comes of it. */
export const runVariable = "ZOT_FLEET_TEST_RUN";

/**
 * Ends what a run of the tests left behind: Pulumi's plugins have a process group of their own, and stay where the engine was killed.
 *
 * @returns the command lines of what was ended; none where there is no /proc
 */
export function endLeftovers(run: string): string[] {
  return processes().flatMap((pid) => {
    if (pid === process.pid || !read(pid, "environ").includes(`${runVariable}=${run}\0`)) return [];
    const command = read(pid, "cmdline").replaceAll("\0", " ").trim();
    // One that has ended, and that nobody asked how.
    if (command === "") return [];
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      return [];
    }
    return [command];
  });
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}
