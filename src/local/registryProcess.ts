import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RegistryClient } from "../registry/client";
import { hermeticEnvironment } from "../system/environment";
import { identify, isRunning } from "../system/processes";
import { readIdentity } from "../system/lockFile";
import { UserError } from "../system/userError";

/** A registry that can be started on this machine. */
export interface RegistryProgram {
  kind: "zot" | "distribution";
  version: string;
  command: string;
  args: string[];
}

export interface RunningRegistry {
  /** Resolves when the process is over: with the last lines of its log where it ended by itself. */
  ended: Promise<string | undefined>;
  stop: () => Promise<void>;
}

/**
 * Starts `program` in a process group of its own, so that Ctrl-C reaches us first and the deployment can end cleanly.
 * Its output goes to `registry.log` in `folder`, its process id to `registry.json`.
 */
export function startRegistry(program: RegistryProgram, folder: string): RunningRegistry {
  const log = openSync(join(folder, "registry.log"), "a");
  const child = spawn(program.command, program.args, {
    detached: true,
    stdio: ["ignore", log, log],
    env: hermeticEnvironment(),
  });
  closeSync(log);
  if (child.pid !== undefined)
    writeFileSync(join(folder, "registry.json"), JSON.stringify(identify(child.pid)));
  let stopping = false;
  const ended = new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => {
      resolve(error.message);
    });
    child.once("exit", (code, signal) => {
      resolve(stopping ? undefined : `${signal ?? `code ${code ?? "?"}`}\n${lastLines(folder)}`);
    });
  });
  const stop = async () => {
    stopping = true;
    child.kill("SIGTERM");
    const insist = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(insist);
    rmSync(join(folder, "registry.json"), { force: true });
  };
  return { ended, stop };
}

/**
 * Resolves when the registry answers at all, when its process is over, and after `patienceMs` (default: two minutes): a busy
 * machine takes its time, and what is asked too early would count as failed. What is wrong then, the checks tell.
 */
export async function untilItAnswers(
  url: string,
  { ended }: Pick<RunningRegistry, "ended">,
  patienceMs = 120_000,
): Promise<void> {
  await using client = new RegistryClient({ url, retries: 0, timeoutMs: 10_000 });
  const deadline = Date.now() + patienceMs;
  const over = ended.then(() => true);
  const answers = () =>
    client.request({ method: "GET", path: "/v2/" }).then(
      () => true,
      () => false,
    );
  while (!(await Promise.race([answers(), over])) && Date.now() < deadline)
    await Promise.race([sleep(100), over]);
}

/** Stops the registry that a killed run left behind in `folder`. */
export async function stopLeftOver(folder: string): Promise<boolean> {
  const path = join(folder, "registry.json");
  const left = readIdentity(path);
  if (left === undefined) return false;
  const running = isRunning(left);
  for (let tries = 0; isRunning(left); tries++) {
    process.kill(left.pid, tries < 50 ? "SIGTERM" : "SIGKILL");
    await sleep(200);
  }
  rmSync(path, { force: true });
  return running;
}

/** Refuses a port that something else listens on, before anything is changed. */
export async function requireFreePort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "something else listens on it" : error.message;
      reject(
        new UserError(
          `port ${port} cannot be used: ${reason}. Stop that, or choose another with --port N`,
        ),
      );
    });
    server.listen(port, "127.0.0.1", () =>
      server.close(() => {
        resolve();
      }),
    );
  });
}

function lastLines(folder: string): string {
  return readFileSync(join(folder, "registry.log"), "utf8")
    .trimEnd()
    .split("\n")
    .slice(-5)
    .join("\n");
}
