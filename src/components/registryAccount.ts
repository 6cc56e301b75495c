import type { Input } from "@pulumi/pulumi";
import { roleOf, type Role, type StoredRole } from "../zot/roles";

/** An account of a registry. Its name is plain, because Zot's config, which a preview shows, names it. */
export interface RegistryAccount {
  /** No `:`, no control characters. */
  username: string;
  /** Its line of the htpasswd file, such as `Account.entry`. A secret. */
  entry: Input<string>;
  /** What it may do. `pusher`, `reader` and `scraper` are the old words for ci, puller and metrics. */
  role: Role | StoredRole;
}

/** The names of the accounts with a role. */
export function usersOf(
  accounts: readonly Pick<RegistryAccount, "username" | "role">[],
  role: Role,
): string[] {
  return accounts
    .filter((account) => roleOf(account.role) === role)
    .map(({ username }) => username);
}
