import { connect } from "node:net";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { LeashedProcess } from "./leashedProcess";

const startupMs = 15_000;

export interface BackingServiceOptions {
  command: string;
  args: string[];
  /** Holds its data, outlives its outages, and goes with `remove()`. */
  folder: string;
  env?: Record<string, string>;
  /** Of 127.0.0.1, whatever else it listens on. */
  port: number;
}

/** What registries keep their data in: it goes away and comes back on the same port, with what it held. */
export class BackingService {
  readonly #options: BackingServiceOptions;
  #process: LeashedProcess | undefined;

  private constructor(options: BackingServiceOptions) {
    this.#options = options;
  }

  static async started(options: BackingServiceOptions): Promise<BackingService> {
    const service = new BackingService(options);
    await service.start();
    return service;
  }

  /** Starts it, and waits until it takes connections. */
  async start(): Promise<void> {
    const { command, args, folder, env = {}, port } = this.#options;
    const running = new LeashedProcess(command, args, { folder, env });
    this.#process = running;
    const end = Date.now() + startupMs;
    while (!(await takesConnections(port))) {
      if (!running.runs || Date.now() > end) {
        await running.stop();
        throw new Error(`${command} did not start:\n${running.log.slice(-4000)}`);
      }
      await sleep(20);
    }
  }

  /** Ends it: who asks is refused the connection. */
  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** Ends it as a lack of memory does. */
  async kill(): Promise<void> {
    this.#process?.signal("SIGKILL");
    await this.stop();
  }

  /** Lets it stand still: connections are taken, and nothing is answered. */
  freeze(): void {
    this.#process?.signal("SIGSTOP");
  }

  /** Lets it go on after `freeze()`. */
  thaw(): void {
    this.#process?.signal("SIGCONT");
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#options.folder, { recursive: true, force: true });
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => {
      done(true);
    });
    socket.once("error", () => {
      done(false);
    });
  });
}
