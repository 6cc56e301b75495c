import type { Endpoint } from "../cluster/endpoint";
import { isOff, isRefused, listKeys, revokeKeys, type RegistryKey } from "../keys/registryKeys";
import type { Credentials } from "../oci/client";
import { withClient } from "./withClient";

/** A password of an account, or one of its keys, which then has an id. */
export type Way = Credentials & { id?: string };

/**
 * Revokes the keys that `which` names of every account in `ways`. Of an account, the first password or key that the registry takes is
 * used: a key lists and revokes the keys of its account as a password does, and outlives it.
 *
 * @returns the accounts that the registry refused altogether: nobody can list their keys
 */
export async function revokeAs(
  endpoint: Endpoint,
  ways: readonly Way[],
  which: (key: RegistryKey) => boolean,
): Promise<string[]> {
  const refused: string[] = [];
  for (const name of new Set(ways.map(({ username }) => username))) {
    const own = ways.filter(({ username }) => username === name);
    if (!(await revokeByOneOf(endpoint, own, which))) refused.push(name);
  }
  return refused;
}

async function revokeByOneOf(
  endpoint: Endpoint,
  ways: readonly Way[],
  which: (key: RegistryKey) => boolean,
): Promise<boolean> {
  for (const { username, password, id: self } of ways) {
    try {
      await withClient(endpoint, { username, password }, async (client) => {
        const ids = (await listKeys(client)).filter(which).map(({ id }) => id);
        await revokeKeys(client, ids, self);
      });
      return true;
    } catch (error) {
      // A registry without API keys takes none, either.
      if (isOff(error)) return true;
      if (!isRefused(error)) throw error;
    }
  }
  return false;
}
