import { isDeepStrictEqual } from "node:util";
import type { Endpoint } from "../cluster/endpoint";
import { declaredOf, type DeclaredAccount, type HeldAccount } from "./heldAccounts";
import type * as deployed from "./deployments/keyRevocation";
import { define, except, optional, plain, secret } from "./define";

export interface KeyRevocationInputs {
  /** How the registry is reached from where the deployment runs. */
  endpoint: Endpoint;
  /** Every account; without a password where only its line is known. */
  accounts: DeclaredAccount[];
  /** Whether the registry takes API keys. */
  enabled: boolean;
  /** Whether the keys of accounts that go are revoked. False lets them live. */
  revoke: boolean;
  /** The StatefulSet, or the Deployment of the same name, that the registry is. Where neither is there, nothing answers, and a deployment need not wait for an answer. */
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
export const keyRevocation = define<KeyRevocationInputs, KeyRevocationOutputs>({
  name: "keyRevocation",
  inputs: {
    // An update leaves the content of the accounts' file unknown to a preview.
    endpoint: except("how the registry is reached changes no account"),
    accounts: {
      ...secret,
      differs: (olds, news) => !isDeepStrictEqual(asDeclared(olds), asDeclared(news)),
    },
    enabled: plain,
    revoke: except("it is asked when accounts change"),
    statefulSet: except("it is looked at when accounts change"),
  },
  outputs: { unrevoked: optional },
  load: () => (require("./deployments/keyRevocation") as typeof deployed).keyRevocationDeployment,
});

/** In a preview, a value that is not known yet comes as a text. */
const asDeclared = ({ accounts }: { accounts: HeldAccount[] }) =>
  Array.isArray(accounts) ? declaredOf(accounts) : accounts;
