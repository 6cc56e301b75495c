import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { dirname, delimiter, join } from "node:path";
import { ensureEngine } from "../src/local/engine";
import { ensureDebianTool } from "../src/system/installTool";
import { endLeftovers, runVariable } from "./support/leftovers";

/**
 * Runs every test. What Debian and the Go module proxy provide is installed or built first; where that is not possible
 * the tests that need it are skipped by name.
 */
async function main(): Promise<number> {
  const say = (message: string) => process.stdout.write(`${message}\n`);
  const path = [process.env["PATH"] ?? ""];
  for (const tool of ["skopeo", "docker-registry"]) {
    await ensureDebianTool(tool, say).catch((error: unknown) => say(String(error)));
  }
  try {
    path.unshift(dirname((await ensureEngine(say)).command));
  } catch (error) {
    say(String(error));
  }
  const mocha = join(__dirname, "..", "node_modules", "mocha", "bin", "mocha.js");
  const args = [
    "--no-config",
    ...["--require", "tsx/cjs"],
    ...["--require", join(__dirname, "support", "hermetic.ts")],
    ...["--reporter", join(__dirname, "support", "reporter.cjs")],
    ...["--timeout", "120000"],
    "--forbid-only",
    ...sideBySide(),
    ...(process.argv.length > 2 ? process.argv.slice(2) : [join(__dirname, "**", "*.test.ts")]),
  ];
  const run = randomUUID();
  const child = spawn(process.execPath, [mocha, ...args], {
    stdio: "inherit",
    env: { ...process.env, PATH: path.join(delimiter), [runVariable]: run },
  });
  // Ctrl-C reaches mocha without us; whoever stops a job tells us alone.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once("exit", (code) => {
      for (const left of endLeftovers(run)) say(`ended what the tests left behind: ${left}`);
      resolve(code ?? 1);
    });
  });
}

/** Files run side by side, but for those that share one cluster. */
function sideBySide(): string[] {
  if (process.env["KUBECONFIG"] !== undefined) return [];
  return ["--parallel", "--jobs", String(Math.max(2, availableParallelism()))];
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
