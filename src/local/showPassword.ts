import { existsSync } from "node:fs";
import { join } from "node:path";
import { openStack } from "./deployment";
import { ensureEngine } from "./engine";
import type { RegistryKind } from "./registryPrograms";
import { UserError } from "../system/userError";

/** The admin's password, out of the state of the registry that ran last (or of `kind`). */
export async function showPassword(
  folder: string,
  kind: RegistryKind | undefined,
): Promise<string> {
  const kinds: RegistryKind[] = kind === undefined ? ["zot", "distribution"] : [kind];
  const known = kinds.find((each) =>
    existsSync(join(folder, "state", ".pulumi", "stacks", "zot-fleet", `${each}.json`)),
  );
  if (known === undefined)
    throw new UserError(`there is no registry in ${folder} yet: npm run local makes one`);
  const engine = await ensureEngine(() => undefined);
  const stack = await openStack(known, () => Promise.resolve(), folder, engine);
  const password = (await stack.outputs())["adminPassword"]?.value as string | undefined;
  if (password === undefined)
    throw new UserError(
      "the admin's password is not in the state: the last run did not come that far",
    );
  return password;
}
