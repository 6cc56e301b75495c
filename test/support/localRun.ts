import { spawn, type ChildProcess } from "node:child_process";
import { join, resolve } from "node:path";
import type { LocalDocument } from "../../src/local/report";
import { recordTools } from "./recordedTools";

export interface LocalResult {
  code: number | null;
  stdout: string;
  stderr: string;
  /** How it called the engine, skopeo and the registry, one line for each. */
  calls: string[];
  /** What `-o json` printed; all of standard output has to be that. */
  report: () => LocalDocument;
}

export interface LocalStart {
  child: ChildProcess;
  result: Promise<LocalResult>;
}

/** Starts `npm run local` with `args` in `checkout`, as npm would, and writes down which tools it calls. */
export function startLocal(
  args: readonly string[],
  {
    input = "",
    checkout = resolve(__dirname, "../.."),
    cwd = checkout,
    env = process.env,
  }: { input?: string; checkout?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): LocalStart {
  const command = ["--import", "tsx", join(checkout, "src/cli/main.ts"), "local", ...args];
  const tools = recordTools(["pulumi", "skopeo", "zot", "docker-registry"], env["PATH"] ?? "");
  const child = spawn(process.execPath, command, { cwd, env: { ...env, PATH: tools.path } });
  child.stdin.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const result = ended.then((code) => {
    const calls = tools.calls();
    tools.remove();
    return { code, stdout, stderr, calls, report: () => JSON.parse(stdout) as LocalDocument };
  });
  return { child, result };
}

/** Runs `npm run local -- --once --json` with `args` to its end. */
export function runLocalOnce(
  args: readonly string[],
  options: { input?: string; checkout?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<LocalResult> {
  return startLocal(["--once", "-o", "json", ...args], options).result;
}

/** Waits until `stream` has shown `text`. */
export function shown(stream: NodeJS.ReadableStream | null, text: string): Promise<void> {
  let seen = "";
  return new Promise((resolve, reject) => {
    stream?.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes(text)) resolve();
    });
    stream?.once("end", () => {
      reject(new Error(`ended without "${text}": ${seen}`));
    });
  });
}
