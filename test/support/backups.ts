import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What happens to a file: a bit in its middle is another, its second half is gone, or all of it. */
export const harms = {
  flipped: (path: string) => {
    const bytes = readFileSync(path);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    rmSync(path);
    writeFileSync(path, bytes);
  },
  cut: (path: string) => {
    truncateSync(path, statSync(path).size >> 1);
  },
  missing: (path: string) => {
    rmSync(path);
  },
};

/** The files below a folder of a folder, by their paths in that, sorted. */
export const filesIn = (folder: string, name: string): string[] =>
  readdirSync(join(folder, name), { recursive: true, encoding: "utf8" })
    .map((each) => join(name, each))
    .filter((each) => statSync(join(folder, each)).isFile())
    .sort();

/** Runs a block of the page as it stands there, with this environment and PATH alone. No secret may be in what it says. */
export function runBlock(
  block: string,
  { env, cwd, secrets }: { env: Record<string, string>; cwd: string; secrets: readonly string[] },
): Promise<{ code: number; output: string }> {
  assert.match(block, /^set -euo pipefail\n/);
  const options = { cwd, env: { PATH: process.env["PATH"] ?? "", ...env } };
  return new Promise((done) => {
    execFile("bash", ["-c", block], options, (error, stdout, stderr) => {
      const output = stdout + stderr;
      for (const secret of secrets) assert.ok(!output.includes(secret), output);
      done({ code: error === null ? 0 : Number(error.code ?? 1), output });
    });
  });
}
