import type { Endpoint } from "../cluster/endpoint";
import { declaredOf, type DeclaredAccount, type HeldAccount } from "./heldAccounts";
import type * as deployed from "./keyRevocationDeployment";
import { differ, whenDeployed, type DynamicProvider } from "./provider";

export interface KeyRevocationInputs {
  /** How the registry is reached from where the deployment runs. */
  endpoint: Endpoint;
  /** Every account; without a password where only its line is known. */
  accounts: DeclaredAccount[];
  /** Whether the registry takes API keys. */
  enabled: boolean;
  /** Whether the keys of accounts that go are revoked. False lets them live. */
  revoke: boolean;
  /** The StatefulSet that the registry is. Where it is not there, nothing answers, and a deployment need not wait for an answer. */
  statefulSet?: { context: string; namespace: string; name: string };
}

export interface KeyRevocationOutputs extends KeyRevocationInputs {
  /** The declared accounts with what is remembered of them, and the names that are kept of accounts that have gone. */
  accounts: HeldAccount[];
  /** Accounts that went, or got another password, while their keys could not be listed here. */
  unrevoked?: string[];
}

/**
 * Stands before the accounts' file: while an account that goes, or that gets another password, can still sign in, its API keys are
 * revoked. Zot's keys know nothing of htpasswd (pkg/api/authn.go, basicAuthn): they would open the registry on and on.
 *
 * Whoever has the old password makes keys until the pod has restarted. So what is revoked here is owed once more, and
 * `KeyRevocationEnd` pays it with what opens the account then: its new password, or that of a name that is kept.
 */
export const keyRevocationProvider: DynamicProvider<KeyRevocationInputs, KeyRevocationOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  // How the registry is reached is no news to it: an update leaves the content of the accounts' file unknown to a preview.
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ(whatCounts(olds), whatCounts(news), ["accounts", "enabled"]),
    }),
  ...whenDeployed(
    () => (require("./keyRevocationDeployment") as typeof deployed).keyRevocationDeployment,
  ),
};

const whatCounts = ({ accounts, enabled }: Pick<KeyRevocationOutputs, "accounts" | "enabled">) => ({
  accounts: Array.isArray(accounts) ? declaredOf(accounts) : accounts,
  enabled,
});
