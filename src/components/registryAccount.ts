import type { Input } from "@pulumi/pulumi";
import type { Role } from "../checks/expectations";

/** An account of a registry. Its name is plain, because Zot's config, which a preview shows, names it. */
export interface RegistryAccount {
  /** No `:`, no control characters. */
  username: string;
  /** Its line of the htpasswd file, such as `Account.entry`. A secret. */
  entry: Input<string>;
  /** What it may do. */
  role: Role;
}

/** The names of the accounts with a role. */
export function usersOf(
  accounts: readonly Pick<RegistryAccount, "username" | "role">[],
  role: Role,
): string[] {
  return accounts.filter((account) => account.role === role).map(({ username }) => username);
}
