import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hermeticEnvironment } from "../system/environment";
import { UserError } from "../system/userError";
import { findEngine } from "./findEngine";
import type { RegistryKind } from "./registryPrograms";

/** A stack of this machine, for Pulumi's command. */
export interface LocalStack {
  pulumi: string;
  stack: RegistryKind;
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Where the state of this machine's registry lies, as deployment.ts keeps it: a stack for each kind of registry.
 *
 * @param wanted which of them. @default the first that there is
 * @throws UserError where there is none
 */
export async function localStack(folder: string, wanted?: RegistryKind): Promise<LocalStack> {
  const kinds: readonly RegistryKind[] = wanted === undefined ? ["zot", "distribution"] : [wanted];
  const state = join(folder, "state");
  const stack = kinds.find((kind) =>
    existsSync(join(state, ".pulumi", "stacks", "zot-fleet", `${kind}.json`)),
  );
  if (stack === undefined)
    throw new UserError(`there is no registry in ${folder} yet: npm run local makes one`);
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
  const { ensureEngine } = await import("./engine.js");
  return (await ensureEngine(() => undefined)).command;
}
