import * as pulumi from "@pulumi/pulumi";
import { SessionKeys } from "../resources/classes";
import { oidcCredentials, oidcSecretKeys } from "../zot/oidc";
import { sharedSecretKeys } from "../zot/sharedStorage";
import { sessionKeysFile } from "../zot/sessionKeys";
import { syncCredentials, syncCredentialsKey } from "../zot/upstreams";
import { registryConfig } from "./registryConfig";
import type { SecretFiles } from "./registryResources";
import { trustedBy, type FilledArgs, type ZotRegistryArgs } from "./zotRegistryArgs";

/** What the registry's Secret holds besides the accounts; session keys are made where people sign in. */
export function secretFiles(
  name: string,
  args: FilledArgs,
  opts: pulumi.CustomResourceOptions,
): SecretFiles {
  return { ...upstreamFiles(args), ...signInFiles(name, args, opts), ...sharedFiles(args) };
}

/** Redis' password has no place but Zot's config; keys of the bucket are handed to the pod as its environment. */
function sharedFiles(args: FilledArgs): SecretFiles {
  const { shared, redisPassword, s3Credentials } = args;
  if (shared === undefined) return {};
  const config = pulumi
    .output(redisPassword)
    .apply((password) =>
      JSON.stringify(registryConfig({ ...args, redisPassword: password }), null, 2),
    );
  const trusted = trustedBy(args);
  const keys = s3Credentials === undefined ? undefined : pulumi.output(s3Credentials);
  return {
    [sharedSecretKeys.config]: pulumi.secret(config),
    ...(trusted === undefined
      ? {}
      : { [sharedSecretKeys.trusted]: pulumi.secret(pulumi.output(trusted)) }),
    ...(keys === undefined
      ? {}
      : {
          [sharedSecretKeys.accessKeyId]: pulumi.secret(keys.apply((key) => key.accessKeyId)),
          [sharedSecretKeys.secretAccessKey]: pulumi.secret(
            keys.apply((key) => key.secretAccessKey),
          ),
        }),
  };
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
