import { accountOf, isKnown, type StoredAccount } from "../../checks/expectations";
import type { Endpoint } from "../../cluster/endpoint";
import type { RegistryClient } from "../../registry/client";
import { isStorageAway, RegistryError } from "../../registry/errors";
import { withClient } from "./withClient";

/** Looks at the storage of a registry over a bucket as an admin. @throws RegistryError of the reason `storage` */
export async function atStorage(
  { endpoint, accounts }: { endpoint: Endpoint; accounts: readonly StoredAccount[] },
  look: (client: RegistryClient, sentinel: string) => Promise<void>,
): Promise<void> {
  const { sentinel } = endpoint;
  const admin = accounts
    .map(accountOf)
    .filter(isKnown)
    .find(({ role }) => role === "admin");
  if (sentinel === undefined || admin === undefined) return;
  const { username, password } = admin;
  try {
    await withClient(endpoint, { username, password }, (client) => look(client, sentinel));
  } catch (error) {
    // Whether it is reached, and takes the account, the checks look at with more words.
    if (!(error instanceof RegistryError) || isStorageAway(error)) throw error;
  }
}
