import { createHash } from "node:crypto";
import type { SecretArgs } from "@pulumi/kubernetes/core/v1/secret";
import type { ServiceAccountArgs } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { PersistentVolumeClaimArgs } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import type { NamespaceArgs } from "@pulumi/kubernetes/core/v1/namespace";
import * as pulumi from "@pulumi/pulumi";
import { chartNames, registryDefaults, type ClaimSettings } from "../zot/chartValues";
import { htpasswdFile, parseHtpasswdLine } from "../zot/htpasswd";

/** Tells the provider to take a field from whoever holds it: a live release's objects have other owners. */
export const takeOver = (adopt: boolean): Record<string, string> =>
  adopt ? { "pulumi.com/patchForce": "true" } : {};

/**
 * The registry's namespace. One of its own is held to the pod security standard `restricted`; in one that was there, or that is
 * taken over, other pods may live, and it keeps its labels.
 */
export function namespaceArgs(
  name: string,
  adopt: boolean,
  own: pulumi.Input<boolean> = true,
): NamespaceArgs {
  if (adopt) return { metadata: { name } };
  const labels = pulumi
    .output(own)
    .apply((ours): Record<string, string> | undefined =>
      ours ? { "pod-security.kubernetes.io/enforce": "restricted" } : undefined,
    );
  return { metadata: { name, labels: labels as pulumi.Output<Record<string, string>> } };
}

/** The claim that holds the images, under the name that the chart's StatefulSet looks for. */
export function claimArgs(
  namespace: string,
  { size = registryDefaults.claim.size, storageClass }: ClaimSettings,
  adopt: boolean,
): PersistentVolumeClaimArgs {
  return {
    metadata: {
      name: chartNames.claim,
      namespace,
      annotations: {
        // It binds when the pod is there, and is bound already where the images were kept: neither is to be waited for.
        "pulumi.com/skipAwait": "true",
        ...takeOver(adopt),
      },
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: size } },
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    },
  };
}

/**
 * The pod's service account, in place of the chart's of the same name, which cannot be told to give no token. Helm must not
 * delete it when the chart's leaves the manifest.
 */
export function serviceAccountArgs(
  namespace: string,
  token: boolean,
  adopt: boolean,
): ServiceAccountArgs {
  return {
    metadata: {
      name: chartNames.serviceAccount,
      namespace,
      annotations: { "helm.sh/resource-policy": "keep", ...takeOver(adopt) },
    },
    automountServiceAccountToken: token,
  };
}

/** The files of the Secret besides htpasswd, by name. Their content is secret. */
export type SecretFiles = Readonly<Record<string, pulumi.Output<string>>>;

/** The Secret with the htpasswd file. Helm must not delete it when it leaves the chart's manifest. */
export function secretArgs(
  namespace: string,
  htpasswd: pulumi.Input<string>,
  adopt: boolean,
  more: SecretFiles = {},
): SecretArgs {
  const base64 = (content: pulumi.Input<string>) =>
    pulumi.output(content).apply((text) => Buffer.from(text).toString("base64"));
  const files = Object.entries(more).map(([name, content]) => [name, base64(content)] as const);
  return {
    metadata: {
      name: chartNames.secret,
      namespace,
      annotations: { "helm.sh/resource-policy": "keep", ...takeOver(adopt) },
    },
    type: "Opaque",
    data: { htpasswd: base64(htpasswd), ...Object.fromEntries(files) },
  };
}

/** The htpasswd file of the accounts' lines, and of those of names that are kept. A secret. */
export function htpasswdOf(
  entries: readonly pulumi.Input<string>[],
  kept: pulumi.Input<readonly string[]> = [],
): pulumi.Output<string> {
  const file = pulumi
    .all([pulumi.all([...entries]), kept])
    .apply(([lines, more]) => htpasswdFile([...lines, ...more].map(parseHtpasswdLine)));
  return pulumi.secret(file);
}

/** All that the Secret holds, for its hash: htpasswd as it is where there is no other file. */
export function secretContent(
  htpasswd: pulumi.Output<string>,
  more: SecretFiles,
): pulumi.Output<string> {
  if (Object.keys(more).length === 0) return htpasswd;
  return pulumi.secret(pulumi.all({ ...more, htpasswd }).apply((files) => JSON.stringify(files)));
}

/** SHA-256 of a secret text, in plain: of salted hashes, so that it tells nothing, and a preview may show it. */
export function openHash(secret: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.unsecret(secret.apply((text) => createHash("sha256").update(text).digest("hex")));
}
