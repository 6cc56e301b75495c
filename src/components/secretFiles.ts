import * as pulumi from "@pulumi/pulumi";
import { SessionKeys } from "../resources/classes";
import { oidcCredentials, oidcSecretKeys } from "../zot/oidc";
import { sessionKeysFile } from "../zot/sessionKeys";
import { syncCredentials, syncCredentialsKey } from "../zot/upstreams";
import type { SecretFiles } from "./registryResources";
import type { ZotRegistryArgs } from "./zotRegistryArgs";

/** What the registry's Secret holds besides the accounts; session keys are made where people sign in. */
export function secretFiles(
  name: string,
  args: ZotRegistryArgs,
  opts: pulumi.CustomResourceOptions,
): SecretFiles {
  return { ...upstreamFiles(args), ...signInFiles(name, args, opts) };
}

function upstreamFiles({ upstreams = [], upstreamPasswords }: ZotRegistryArgs): SecretFiles {
  if (!upstreams.some(({ username }) => username !== undefined)) return {};
  const passwords = pulumi.output(upstreamPasswords ?? {});
  const file = passwords.apply((known) => syncCredentials(upstreams, known));
  return { [syncCredentialsKey]: pulumi.secret(file) };
}

function signInFiles(
  name: string,
  { oidc, oidcClientSecret = "", sessionKeysRenewal }: ZotRegistryArgs,
  opts: pulumi.CustomResourceOptions,
): SecretFiles {
  if (oidc === undefined) return {};
  const { hashKey, encryptKey } = new SessionKeys(
    `${name}-session-keys`,
    { renewal: sessionKeysRenewal },
    opts,
  );
  const credentials = pulumi
    .output(oidcClientSecret)
    .apply((secret) => oidcCredentials(oidc.clientId, secret));
  const keys = pulumi
    .all([hashKey, encryptKey])
    .apply(([hash, encrypt]) => sessionKeysFile({ hashKey: hash, encryptKey: encrypt }));
  return {
    [oidcSecretKeys.credentials]: pulumi.secret(credentials),
    [oidcSecretKeys.sessionKeys]: pulumi.secret(keys),
  };
}
