import { rm } from "node:fs/promises";
import { LeashedProcess } from "./leashedProcess";

/** A registry that runs as a process of its own, in a folder that goes with it. */
export class RegistryProcess extends LeashedProcess {
  readonly #folder: string;

  constructor(command: string, args: string[], folder: string, env: Record<string, string> = {}) {
    super(command, args, { folder, env });
    this.#folder = folder;
  }

  override async stop(): Promise<void> {
    await super.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
