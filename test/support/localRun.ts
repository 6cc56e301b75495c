import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalDocument } from "../../src/local/report";

export interface LocalResult {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The command lines of every process that ran below it, as far as /proc showed them. */
  commandLines: Set<string>;
  /** What `--json` printed; all of standard output has to be that. */
  report: () => LocalDocument;
}

export interface LocalStart {
  child: ChildProcess;
  result: Promise<LocalResult>;
}

/** Starts `npm run local` with `args` in `checkout`, as npm would, and watches the processes below it. */
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
  const child = spawn(process.execPath, command, { cwd, env });
  child.stdin.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const commandLines = new Set<string>();
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const watched = watchCommandLines(
    commandLines,
    () => child.exitCode === null && child.signalCode === null,
  );
  const result = ended.then(async (code) => {
    await watched;
    return {
      code,
      stdout,
      stderr,
      commandLines,
      report: () => JSON.parse(stdout) as LocalDocument,
    };
  });
  return { child, result };
}

/** Runs `npm run local -- --once --json` with `args` to its end. */
export function runLocalOnce(
  args: readonly string[],
  options: { input?: string; checkout?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<LocalResult> {
  return startLocal(["--once", "--json", ...args], options).result;
}

async function watchCommandLines(found: Set<string>, running: () => boolean): Promise<void> {
  while (running()) {
    await sleep(15);
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        found.add(readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " "));
      } catch {
        continue;
      }
    }
  }
}

/** A port of 127.0.0.1 that nothing listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
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
