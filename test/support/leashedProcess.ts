import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const startupMs = 15_000;
const patienceMs = 3_000;

/**
 * Becomes the program that it is given, and leaves a watcher behind that kills it when standard input ends: at `stop()`, and
 * when the tests die, whatever they die of. None may outlive them.
 */
const leash = 'exec 3<&0; (cat <&3; kill -9 $$) >/dev/null 2>&1 & exec "$@" 3<&-';

export interface ProcessPlace {
  /** The folder that it runs in. */
  folder: string;
  /** What it finds in its environment besides ours: where secrets go that have no file. */
  env?: Record<string, string>;
}

/** A program that lives no longer than the tests that started it. */
export class LeashedProcess {
  #log = "";
  readonly #child: ChildProcessWithoutNullStreams;

  constructor(command: string, args: string[], { folder, env = {} }: ProcessPlace) {
    this.#child = spawn("sh", ["-c", leash, "sh", command, ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (this.#log += text));
    }
    this.#child.once("error", (error) => (this.#log += String(error)));
  }

  get log(): string {
    return this.#log;
  }

  /** Whether it is still there: what a signal ended has no exit code. */
  get runs(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** What the first group of `pattern` matches in the log, once it does. */
  async logged(pattern: RegExp): Promise<string> {
    const end = Date.now() + startupMs;
    while (Date.now() < end) {
      const found = pattern.exec(this.#log)?.[1];
      if (found !== undefined) return found;
      if (!this.runs) break;
      await sleep(20);
    }
    await this.stop();
    throw new Error(`the process did not start:\n${this.#log.slice(-4000)}`);
  }

  /** Waits until nothing has been logged for a moment: answers leave before their line is written. */
  async quiet(): Promise<void> {
    let seen = -1;
    while (seen !== this.#log.length) {
      seen = this.#log.length;
      await sleep(50);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<void> {
    if (this.runs) {
      const exit = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      // Also one that stands still ends by this.
      const leave = setTimeout(() => this.#child.kill("SIGKILL"), patienceMs);
      await exit;
      clearTimeout(leave);
    }
    this.#child.stdin.end();
  }
}
