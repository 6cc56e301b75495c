import { readFileSync } from "node:fs";
import { processes } from "./processes";

/** Ends a process and all that it started, as a machine that loses its power does: nobody gets to say anything. */
export function killTree(root: number): void {
  // What is stopped starts nothing more while the rest is looked for.
  for (let known = new Set<number>(); ;) {
    const tree = treeOf(root);
    for (const pid of tree) signal(pid, "SIGSTOP");
    if (tree.every((pid) => known.has(pid))) {
      for (const pid of tree) signal(pid, "SIGKILL");
      return;
    }
    known = new Set(tree);
  }
}

function treeOf(root: number): number[] {
  const parents = new Map(
    processes().flatMap((pid) => {
      const parent = parentOf(pid);
      return parent === undefined ? [] : [[pid, parent] as const];
    }),
  );
  const tree = [root];
  for (const pid of tree)
    for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

function parentOf(pid: number): number | undefined {
  try {
    // The name of the program stands in brackets, and may hold anything.
    const [, rest = ""] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return Number(rest);
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
