import * as pulumi from "@pulumi/pulumi";
import type { ExpectedAccount, StoredAccount } from "../checks/expectations";
import { storedRole } from "../zot/roles";
import type { DeepInput } from "./declared";

/** Arguments whose accounts have the roles that people know. The old words, which states have, are taken as well. */
export type InTodaysRoles<Args extends { accounts: unknown }> = Omit<Args, "accounts"> & {
  accounts: DeepInput<(ExpectedAccount | StoredAccount)[]>;
};

type Given = ExpectedAccount | StoredAccount;

/** The same as states have them: another word there would be a change of every stack that is deployed. */
export function inStoredRoles<Args extends { accounts: DeepInput<Given[]> }>(
  args: Args,
): Omit<Args, "accounts"> & { accounts: DeepInput<StoredAccount[]> } {
  const { accounts } = args;
  // One by one, so that a password that is not known yet hides no other account.
  const stored = Array.isArray(accounts)
    ? accounts.map(storedAccount)
    : pulumi.output(accounts).apply((all) => all.map(storedAccount));
  return { ...args, accounts: stored };
}

function storedAccount(account: DeepInput<Given>): DeepInput<StoredAccount> {
  if (pulumi.Output.isInstance(account) || account instanceof Promise)
    return pulumi.output(account).apply((known) => storedAccount(known as Given)) as never;
  const { role } = account as { role: pulumi.Input<Given["role"]> };
  return {
    ...(account as object),
    role: typeof role === "string" ? storedRole(role) : pulumi.output(role).apply(storedRole),
  } as DeepInput<StoredAccount>;
}
