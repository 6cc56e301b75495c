import { readdirSync, readFileSync } from "node:fs";

/** The processes that `root` started, and those that they did, by /proc. */
function descendants(root: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended in the meantime.
    }
  }
  const below = (pid: number): number[] =>
    (parents.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}

/** Kills a process and all that it started, at once and for good. */
export function killTree(root: number): void {
  for (const pid of [root, ...descendants(root)])
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended in the meantime.
    }
}
