import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findEngine } from "../local/findEngine";
import { hermeticEnvironment } from "../system/environment";
import { CliError } from "./failure";
import type { StackStateOptions } from "./stackState";

/** The stacks of `npm run local`, one for each kind of registry. */
const names = ["zot", "distribution"];

/** Where the state of this machine's registry lies, as src/local/deployment.ts keeps it. */
export async function localStack(folder: string): Promise<StackStateOptions> {
  const state = join(folder, "state");
  const stack = names.find((name) =>
    existsSync(join(state, ".pulumi", "stacks", "zot-fleet", `${name}.json`)),
  );
  if (stack === undefined) {
    throw new CliError(`there is no registry in ${folder} yet: npm run local makes one`);
  }
  return {
    pulumi: findEngine() ?? (await makeEngine()),
    stack,
    cwd: join(folder, "project"),
    // The shell may hold another backend, home or passphrase, for the stacks of a team.
    env: hermeticEnvironment({
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      PULUMI_HOME: join(folder, "pulumi"),
      PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase"),
    }),
  };
}

/** Loaded only where it is needed, since the Automation API takes a second to load. */
async function makeEngine(): Promise<string> {
  const { ensureEngine } = await import("../local/engine.js");
  return (await ensureEngine(() => undefined)).command;
}
