import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Credentials } from "../../../src/registry/client";
import type { LoadPlan } from "./clients";
import type { LoadReport } from "./outcomes";
import type { LoadOrder } from "./program";

/** Clients of a registry, in a process of their own. */
export class Load {
  readonly #child: ChildProcess;

  /** Begins. Credentials go by the channel between the processes, never by argv. */
  constructor(plan: LoadPlan) {
    const root = join(__dirname, "../../..");
    this.#child = fork(join(__dirname, "program.ts"), {
      cwd: root,
      execArgv: ["--import", "tsx"],
    });
    this.#tell({ order: "begin", plan });
  }

  /** Hands new credentials to the client that takes what it is given. */
  follow(credentials: Credentials): void {
    this.#tell({ order: "follow", credentials });
  }

  /** Waits until clients did that much, or for so long. */
  async until(enough: (report: LoadReport) => boolean, longestSeconds: number): Promise<void> {
    const end = Date.now() + longestSeconds * 1000;
    while (Date.now() < end && !enough(await this.#report({ order: "report" }))) await sleep(1000);
  }

  /** Lets the clients come to an end. */
  end(): Promise<LoadReport> {
    return this.#report({ order: "end" });
  }

  /** Ends it, however far it came. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async #report(order: LoadOrder): Promise<LoadReport> {
    const gone = new AbortController();
    const exit = (code: number | null) => {
      gone.abort(new Error(`the clients' process ended with ${String(code)}`));
    };
    this.#child.once("exit", exit);
    try {
      const answered = once(this.#child, "message", { signal: gone.signal });
      this.#tell(order);
      const [report] = (await answered) as [LoadReport];
      return report;
    } finally {
      this.#child.off("exit", exit);
    }
  }

  #tell(order: LoadOrder): void {
    this.#child.send(order);
  }
}
