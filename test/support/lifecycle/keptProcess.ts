import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { killTree } from "../killTree";

/**
 * A server of the engine's that stays where the engine would start one for each run: loading what a Node process needs takes longer
 * than what it is asked. It prints its port in its first line and reads standard input to its end.
 */
export class KeptProcess {
  #child: ChildProcess | undefined;
  #port: Promise<string> | undefined;

  /** @param args of Node */
  constructor(
    readonly args: readonly string[],
    readonly options: () => { cwd: string; env: Record<string, string> },
  ) {}

  /** Its port; it is started where it does not run. */
  port(): Promise<string> {
    if (this.#port !== undefined && this.#child?.exitCode === null) return this.#port;
    const child = spawn(process.execPath, this.args, {
      ...this.options(),
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    this.#port = once(child.stdout, "data").then(([first]) => String(first).trim());
    return this.#port;
  }

  /** Writes what the engine starts in its place: it tells the port, and is there until the engine ends it. */
  async writeLauncher(path: string): Promise<void> {
    const script = `#!/bin/sh\necho ${await this.port()}\nexec sleep 86400\n`;
    writeFileSync(path, script, { mode: 0o755 });
  }

  close(): void {
    if (this.#child?.pid !== undefined) killTree(this.#child.pid);
    this.#child = undefined;
    this.#port = undefined;
  }
}
