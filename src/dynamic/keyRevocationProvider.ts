import type { Endpoint } from "../cluster/endpoint";
import type * as deployed from "./keyRevocationDeployment";
import { differ, whenDeployed, type DynamicProvider } from "./provider";

export interface KeyRevocationInputs {
  /** How the registry is reached from where the deployment runs. */
  endpoint: Endpoint;
  /** Every account; without a password where only its hash is known. */
  accounts: { username: string; password?: string }[];
  /** Whether the registry takes API keys. */
  enabled: boolean;
  /** Whether the keys of accounts that go are revoked. False lets them live, for a registry that will not answer again. */
  revoke: boolean;
  /** The StatefulSet that the registry is. Where it is not there, nothing answers and nothing is to be revoked. */
  statefulSet?: { context: string; namespace: string; name: string };
}

export interface KeyRevocationOutputs extends KeyRevocationInputs {
  /** Accounts that went, or got another password, while their keys could not be revoked: those live on until they expire. */
  unrevoked?: string[];
}

/**
 * Stands before the accounts' file: while an account that goes, or that gets another password, can still sign in, its API keys are
 * revoked. Zot's keys know nothing of htpasswd (pkg/api/authn.go, basicAuthn): they would open the registry on and on.
 */
export const keyRevocationProvider: DynamicProvider<KeyRevocationInputs, KeyRevocationOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ<KeyRevocationInputs>(olds, news, [
        "endpoint",
        "accounts",
        "enabled",
        "revoke",
        "statefulSet",
      ]),
    }),
  ...whenDeployed(
    () => (require("./keyRevocationDeployment") as typeof deployed).keyRevocationDeployment,
  ),
};
