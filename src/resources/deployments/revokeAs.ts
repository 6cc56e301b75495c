import type { Endpoint } from "../../cluster/endpoint";
import { isOff, isRefused, revokeEvery, type RegistryKey } from "../../keys/registryKeys";
import type { Credentials } from "../../registry/client";
import type { HeldAccount } from "../heldAccounts";
import { withClient } from "./withClient";

/** A password of an account, or one of its keys, which then has an id. */
export type RevocationLogin = Credentials & { id?: string };

/** What opens an account: its password, the next one where the registry has got that already, and a key of ours. */
export function loginsOf(
  { username, password, key }: HeldAccount,
  next?: string,
): RevocationLogin[] {
  const passwords = [password, next].filter((each) => each !== undefined);
  return [
    ...passwords.map((each) => ({ username, password: each })),
    ...(key === undefined ? [] : [{ username, ...key }]),
  ];
}

/** refused: the registry takes none of the passwords and keys. off: it has no API keys, at least now. */
export type Revoked = "revoked" | "refused" | "off";

/**
 * Revokes the keys that `which` names of every account in `logins`.
 *
 * @returns the accounts that the registry refused altogether: nobody can list their keys
 */
export async function revokeAs(
  endpoint: Endpoint,
  logins: readonly RevocationLogin[],
  which: (key: RegistryKey) => boolean,
): Promise<string[]> {
  const refused: string[] = [];
  for (const name of new Set(logins.map(({ username }) => username))) {
    const own = logins.filter(({ username }) => username === name);
    if ((await revokeByOneOf(endpoint, own, which)) === "refused") refused.push(name);
  }
  return refused;
}

/**
 * Revokes the keys that `which` names of one account. The first password or key in `logins` that the registry takes is used: a key
 * lists and revokes the keys of its account as a password does, and outlives it.
 */
export async function revokeByOneOf(
  endpoint: Endpoint,
  logins: readonly RevocationLogin[],
  which: (key: RegistryKey) => boolean,
): Promise<Revoked> {
  for (const { username, password, id: self } of logins) {
    try {
      await withClient(endpoint, { username, password }, (client) =>
        revokeEvery(client, which, self),
      );
      return "revoked";
    } catch (error) {
      if (isOff(error)) return "off";
      if (!isRefused(error)) throw error;
    }
  }
  return "refused";
}
