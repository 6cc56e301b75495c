import type * as pulumi from "@pulumi/pulumi";
import type { ExpectedKeys } from "../checks/expectations";
import type { Accounts } from "../components/accounts";
import { ApiKeys } from "../components/apiKeys";
import { expectedKeys } from "../components/expectedKeys";
import { KeyRevocation, KeyRevocationEnd } from "../resources/classes";
import type { DeepInput } from "../resources/declared";
import { keepIdentity } from "./keepIdentity";

interface LocalKeyOptions {
  url: string;
  /** Where the key is wanted. */
  path: string;
  accounts: Accounts;
  dependsOn: pulumi.Input<pulumi.Resource[]>;
}

/** An API key of `ci` in a file, renewed and revoked as in a cluster. */
export function localKeys(options: LocalKeyOptions): DeepInput<ExpectedKeys> {
  const { url, path, accounts, dependsOn } = options;
  const endpoint = { via: "address", url } as const;
  // Here the registry has the new passwords already: an account that has another one is known by it.
  const revocation = new KeyRevocation(
    "key-revocation",
    {
      endpoint,
      accounts: accounts.logins.map(({ username, password }) => ({ username, password })),
      enabled: true,
      revoke: true,
    },
    { dependsOn },
  );
  const revoked = new KeyRevocationEnd(
    "key-revocation-end",
    {
      endpoint,
      accounts: revocation.held,
      lines: [],
      revoke: true,
      owed: revocation.unrevoked.apply((names) => names ?? []),
    },
    { dependsOn: revocation },
  );
  const keys = new ApiKeys(
    "api-keys",
    {
      endpoint,
      host: new URL(url).host,
      cluster: "local",
      accounts: accounts.machines,
      keys: [
        {
          name: "ci",
          account: "ci",
          expiresAfter: "90d",
          renewBefore: "21d",
          renewal: 1,
          targets: [{ to: "file", path, type: "dockerconfigjson" }],
        },
      ],
    },
    { ...keepIdentity, dependsOn: revoked },
  );
  return expectedKeys(keys, revoked);
}
