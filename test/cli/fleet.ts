import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

export interface FleetResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface FleetOptions {
  /** Default: the checkout. */
  cwd?: string;
  /** Standard input. Default: empty. */
  input?: string;
  env?: Record<string, string>;
}

/** Runs `npm run fleet -- <args>` as npm would, to its end. */
export function fleet(args: readonly string[], options: FleetOptions = {}): Promise<FleetResult> {
  const { cwd = resolve(__dirname, "../.."), input = "", env = {} } = options;
  const main = resolve(__dirname, "../../src/cli/main.ts");
  const loader = pathToFileURL(require.resolve("tsx")).href;
  const child = spawn(process.execPath, ["--import", loader, main, ...args], {
    cwd,
    env: { ...process.env, ...env },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  // A command that needs no input may have ended before it is written.
  child.stdin.on("error", () => undefined).end(input);
  return new Promise((done) => {
    child.once("close", (code) => {
      done({ code, stdout, stderr });
    });
  });
}
