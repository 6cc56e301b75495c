import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "mocha";
import { skipBecause } from "./skip";

const root = join(__dirname, "../..");
const names = ["src", "package.json", "Pulumi.yaml", "tsconfig.json", "tsconfig.build.json"];

/** Puts this program into a folder, in the place of another version's: what is checked out, or what a commit has. */
export function putProgram(folder: string, commit?: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
  if (commit === undefined) {
    for (const name of names) cpSync(join(root, name), join(folder, name), { recursive: true });
    return;
  }
  const all = ["archive", commit, ...names];
  const input = execFileSync("git", all, { cwd: root, maxBuffer: 1 << 28 });
  execFileSync("tar", ["-x", "-C", folder], { input });
}

/** Skips where the history does not reach back to a commit: a shallow clone, or no clone. */
export function needsCommit(commit: string, context: Context): void {
  const { status } = spawnSync("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: root });
  if (status !== 0) skipBecause(`git has no commit ${commit} here`, context);
}
