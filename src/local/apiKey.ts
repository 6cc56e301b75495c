import type * as pulumi from "@pulumi/pulumi";
import type { ExpectedKeys } from "../checks/expectations";
import { expectedKeys } from "../components/expectedKeys";
import { ApiKey, KeyRevocation, KeyRevocationEnd, type Account } from "../resources/classes";
import type { DeepInput } from "../resources/declared";
import { labelOf } from "../keys/label";

/** Whose key it is. */
export const keyOwner = "ci-1";

interface LocalKeyOptions {
  url: string;
  /** Where the key is wanted. */
  path: string;
  /** The accounts besides the key's own. */
  others: readonly Account[];
  owner: Account;
  dependsOn: pulumi.Input<pulumi.Resource[]>;
}

/** An API key in a file, renewed and revoked as in a cluster. */
export function localKey(options: LocalKeyOptions): DeepInput<ExpectedKeys> {
  const { url, path, owner, others, dependsOn } = options;
  const endpoint = { via: "address", url } as const;
  // Here the registry has the new passwords already: an account that has another one is known by it.
  const revocation = new KeyRevocation(
    "key-revocation",
    {
      endpoint,
      accounts: [...others, owner].map(({ username, plainPassword }) => ({
        username,
        password: plainPassword,
      })),
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
  const declared = {
    name: "ci",
    account: "ci",
    expiresAfterDays: 90,
    renewBeforeDays: 21,
    renewal: 1,
    targets: [{ to: "file", path, type: "dockerconfigjson" }],
  } as const;
  const { name, account: _, targets, ...life } = declared;
  const key = new ApiKey(
    "api-key",
    {
      ...life,
      endpoint,
      host: new URL(url).host,
      account: {
        username: owner.username,
        password: owner.plainPassword.apply((password) => password ?? ""),
      },
      siblings: [],
      label: labelOf("local", name),
      targets: [...targets],
      tokens: {},
    },
    { dependsOn: revoked },
  );
  return expectedKeys({ keys: [{ declared, key }] }, revoked);
}
