import { readdirSync, readFileSync } from "node:fs";

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
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const parent = parentOf(name);
        return parent === undefined ? [] : [[Number(name), parent] as const];
      }),
  );
  const tree = [root];
  for (const pid of tree)
    for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

function parentOf(pid: string): number | undefined {
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
