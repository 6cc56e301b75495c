import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { NamespaceArgs } from "@pulumi/kubernetes/core/v1/namespace";
import type { PersistentVolumeClaimArgs } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import type { SecretArgs } from "@pulumi/kubernetes/core/v1/secret";
import type { ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release";
import type { Input } from "@pulumi/pulumi";
import type { AccessSettings } from "../zot/accessSettings";
import { validateChartVersion } from "../zot/chartVersions";
import { sizePattern } from "../zot/memory";
import type { SeededTags } from "../zot/retention/retentionConfig";
import type { RetentionSettings } from "../zot/retention/settings";
import type { OidcSettings } from "../zot/oidc";
import type { Upstream } from "../zot/upstreams";
import { validateZotVersion } from "../zot/versions";
import type { Gateway } from "./httpRoute";
import type { FoundRelease } from "./findRelease";
import type { NetworkPolicySettings } from "./networkPolicy";
import type { RegistryAccount } from "./registryAccount";
import type { ZotOptions } from "./registryConfig";
import type { Transform } from "./transform";

export interface ZotRegistryArgs {
  /** The host name that clients use, such as `oci.killinit.cc`. */
  host: string;
  /** More host names that lead to it, such as the one before. @default none */
  aliases?: readonly string[];
  /** The accounts; at least one is an admin. */
  accounts: readonly RegistryAccount[];
  /** @default "zot" */
  namespace?: string;
  /**
   * Whether the namespace was made for the registry, as `RegistryPlace` tells: one that others made keeps its labels.
   * @default true
   */
  ownNamespace?: Input<boolean>;
  /** Which Zot runs, and how. @default 2.1.18 with its defaults */
  zot?: ZotOptions;
  /** Who may do what besides the accounts' roles. @default private, with nothing on top */
  access?: AccessSettings;
  /** Registries whose images are kept here once they are pulled. @default none */
  upstreams?: readonly Upstream[];
  /** The passwords for them, by name. A secret. @default none */
  upstreamPasswords?: Input<Record<string, string>> | undefined;
  /** Which tags stay. @default all */
  retention?: RetentionSettings | undefined;
  /** Images that a deployment puts there, with all of their tags: no rule deletes them. @default none */
  seeds?: readonly SeededTags[];
  /** The identity provider that people sign in at. @default none */
  oidc?: OidcSettings | undefined;
  /** The client's secret at the provider. A secret. @default none */
  oidcClientSecret?: Input<string> | undefined;
  /** Another number or word makes the keys of sessions anew. @default 1 */
  sessionKeysRenewal?: number | string | undefined;
  /** Whether accounts can make API keys. @default false */
  apiKeys?: boolean;
  /** Htpasswd lines of names without rights, `KeyRevocation.keptEntries`: accounts that went, until their API keys are gone. @default none */
  keptEntries?: Input<readonly string[]>;
  /** Which chart deploys it: its version, and a Helm repository, an OCI reference or a path. @default 0.1.122 of the project's repository */
  chart?: { version?: string; source?: string };
  /** Zot's image without a tag. @default "ghcr.io/project-zot/zot" */
  image?: string;
  /** How many pods; more than 1 is refused. @default 1 */
  replicas?: number;
  /** The claim: its size and StorageClass. It can grow, never shrink. @default 20Gi of the cluster's default class */
  storage?: { size?: string; storageClass?: string | undefined };
  /** The chart's claim template, as a live StatefulSet was first made with it. @default 20Gi, no class */
  claimTemplate?: { size?: string; storageClass?: string | undefined };
  /** @default 100m of a processor and 256Mi kept, killed at 1Gi */
  resources?: { cpu?: string; memory?: string; memoryLimit?: string };
  /** A service account of our own for the pod, and whether it gives a token for the Kubernetes API. @default the chart's, with one */
  serviceAccount?: { token: boolean } | undefined;
  /** Who reaches the pod, and whom it reaches. @default no NetworkPolicy is made */
  networkPolicy?: NetworkPolicySettings | undefined;
  /** Minutes that Zot may take to start. @default 10 */
  startupMinutes?: number;
  /** The Gateways that route to it. @default none: no route is made */
  gateways?: readonly Gateway[];
  /** Take over a live Helm release `zot` of the namespace, its Secret, claim and route. @default false */
  adopt?: boolean;
  /**
   * The cluster by its context, and what `findRelease` saw of the release there, so that a deployment goes on where another one
   * was cut. @default nobody looked: what Helm left unfinished stops the deployment
   */
  found?: FoundRelease | undefined;
  /** Changes to what the children get. */
  transform?: {
    namespace?: Transform<NamespaceArgs>;
    secret?: Transform<SecretArgs>;
    claim?: Transform<PersistentVolumeClaimArgs>;
    release?: Transform<ReleaseArgs>;
    route?: Transform<CustomResourceArgs>;
  };
}

/** Everything that is wrong with the arguments, a line each. */
export function argumentProblems(args: ZotRegistryArgs): string[] {
  const { replicas = 1, chart, zot, startupMinutes = 10, storage, claimTemplate, resources } = args;
  const sizes = {
    "storage.size": storage?.size,
    "claimTemplate.size": claimTemplate?.size,
    "resources.memory": resources?.memory,
    "resources.memoryLimit": resources?.memoryLimit,
  };
  const chartRule = chart?.version === undefined ? undefined : validateChartVersion(chart.version);
  const zotRule = zot === undefined ? undefined : validateZotVersion(zot.version);
  return [
    ...(replicas === 1
      ? []
      : [
          `replicas: ${replicas}, allowed is 1: Zot scales out on shared storage with a remote cache, which is not built here; two pods on one volume would corrupt it`,
        ]),
    ...(chartRule === undefined
      ? []
      : [`chart.version: "${chart?.version ?? ""}" is not ${chartRule}`]),
    ...(zotRule === undefined ? [] : [`zot.version: "${zot?.version ?? ""}" is not ${zotRule}`]),
    ...(startupMinutes > 0 ? [] : [`startupMinutes: ${startupMinutes} is not above 0`]),
    ...Object.entries(sizes)
      .filter(([, size]) => size !== undefined && !sizePattern.test(size))
      .map(([path, size]) => `${path}: "${size ?? ""}" is not a size such as 512Mi or 20Gi`),
    ...((args.oidc === undefined) === (args.oidcClientSecret === undefined)
      ? []
      : ["oidc and oidcClientSecret belong together: one of them is missing"]),
    ...(args.accounts.some(({ role }) => role === "admin")
      ? []
      : ["accounts: none is an admin, so nobody could push"]),
  ];
}
