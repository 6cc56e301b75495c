import type { DeploymentPatchArgs } from "@pulumi/kubernetes/apps/v1/deploymentPatch";
import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { NamespaceArgs } from "@pulumi/kubernetes/core/v1/namespace";
import type { PersistentVolumeClaimArgs } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import type { SecretArgs } from "@pulumi/kubernetes/core/v1/secret";
import type { ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release";
import type { Input } from "@pulumi/pulumi";
import type { OldRegistryKeys } from "../config/oldWords";
import { registryDefaults, type ChartSettings, type ClaimSettings } from "../zot/chartValues";
import { validateChartVersion, type ChartChoice } from "../zot/chartVersions";
import { durationRule, inSeconds, isDuration } from "../zot/duration";
import { sizePattern } from "../zot/memory";
import { defaultZotVersion, validateZotVersion } from "../zot/versions";
import type { BucketCredentials } from "../zot/sharedStorage";
import type { RegistryUse, ZotSettings } from "../zot/zotConfig";
import type { RouteSettings } from "./httpRoute";
import type { FoundRelease } from "./findRelease";
import type { NetworkPolicySettings } from "./networkPolicy";
import type { RegistryAccount } from "./registryAccount";
import { drainSeconds } from "./sharedStorage";
import { todaysWords } from "./todaysWords";
import type { Transform } from "./transform";

/**
 * The settings that end in Zot's config, in the chart's values and in the route stand where these are built; here is what
 * else a registry is made of.
 */
export interface ZotRegistryArgs
  extends RegistryUse, ChartSettings, RouteSettings, OldRegistryKeys {
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
  zot?: ZotSettings;
  /** The passwords for upstreams, by name. A secret. @default none */
  upstreamPasswords?: Input<Record<string, Input<string>>> | undefined;
  /** The client's secret at the provider. A secret. @default none */
  oidcClientSecret?: Input<string> | undefined;
  /** Another number or word makes new session keys. @default 1 */
  sessionKeysRenewal?: number | string | undefined;
  /** Htpasswd lines of names without rights, `KeyRevocation.keptEntries`: accounts that went, until their API keys are gone. @default none */
  keptEntries?: Input<readonly string[]>;
  /** Which chart deploys it: its version, and a Helm repository, an OCI reference or a path. @default 0.1.122 of the project's repository */
  chart?: ChartChoice;
  /** The claim: its size and StorageClass. It can grow, never shrink. None is made beside `shared`. @default 20Gi of the cluster's default class */
  storage?: ClaimSettings;
  /** The access key of the bucket. A secret. @default the pod's own identity is asked */
  s3Credentials?: Input<{ [Key in keyof BucketCredentials]: Input<string> }> | undefined;
  /** A secret. @default none */
  redisPassword?: Input<string> | undefined;
  /** That nobody pushes two tags into one repository at the same time: Zot would lose one, if several pods take them. @default false */
  onePusherPerRepository?: boolean;
  /** How long one of several pods serves on when it was told to end. @default "15s" */
  drain?: string | undefined;
  /** A service account of our own for the pod, and whether it gives a token for the Kubernetes API. @default the chart's, with one */
  serviceAccount?: { token: boolean } | undefined;
  /** Who reaches the pod, and whom it reaches. @default no NetworkPolicy is made */
  networkPolicy?: NetworkPolicySettings | undefined;
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
    drain?: Transform<DeploymentPatchArgs>;
  };
}

/** The arguments with what more than one child is made of. */
export type FilledArgs = ZotRegistryArgs &
  Required<Pick<ZotRegistryArgs, "namespace" | "zot" | "adopt" | "startupTimeout">>;

export function withDefaults(given: ZotRegistryArgs): FilledArgs {
  const { registry: args } = todaysWords({ registry: given });
  const {
    namespace = registryDefaults.namespace,
    zot = { version: defaultZotVersion },
    adopt = registryDefaults.adopt,
    startupTimeout = registryDefaults.startupTimeout,
  } = args;
  return { ...args, namespace, zot, adopt, startupTimeout };
}

/** Certificates that Zot trusts besides the public ones; undefined where there are none. */
export function trustedBy({ oidc, shared }: ZotRegistryArgs): string | undefined {
  const all = [oidc?.ca, shared?.s3.ca].filter((each) => each !== undefined);
  return all.length === 0 ? undefined : all.join("\n");
}

/** Everything that is wrong with the arguments, a line each. */
export function argumentProblems(args: FilledArgs): string[] {
  const { chart, zot, startupTimeout, storage, claimTemplate, resources, shared } = args;
  const { onePusherPerRepository } = args;
  const { replicas = registryDefaults.replicas } = args;
  const sizes = {
    "storage.size": storage?.size,
    "claimTemplate.size": claimTemplate?.size,
    "resources.memory": resources?.memory,
    "resources.memoryLimit": resources?.memoryLimit,
  };
  const chartRule = chart?.version === undefined ? undefined : validateChartVersion(chart.version);
  const zotRule = validateZotVersion(zot.version);
  return [
    ...(replicas === 1 || (shared !== undefined && onePusherPerRepository === true)
      ? []
      : [
          `replicas: ${replicas}, allowed is 1, or more beside shared and onePusherPerRepository: two pods on one volume would corrupt it, and two that write into one repository lose tags of each other`,
        ]),
    ...sharedProblems(args),
    ...(chartRule === undefined
      ? []
      : [`chart.version: "${chart?.version ?? ""}" is not ${chartRule}`]),
    ...(zotRule === undefined ? [] : [`zot.version: "${zot.version}" is not ${zotRule}`]),
    ...(isDuration(startupTimeout) && inSeconds(startupTimeout) > 0
      ? []
      : [`startupTimeout: "${startupTimeout}" is not ${durationRule}, above 0`]),
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

function sharedProblems({ shared, adopt, drain, s3Credentials, redisPassword }: FilledArgs) {
  if (shared === undefined)
    return Object.entries({ s3Credentials, redisPassword, drain })
      .filter(([, value]) => value !== undefined)
      .map(([key]) => `${key} is for shared, which is missing`);
  return [
    ...(adopt
      ? ["adopt: true beside shared: take it over with its claim, and move its images then"]
      : []),
    ...(drainSeconds(drain) >= 1 ? [] : [`drain: "${drain ?? ""}" is less than a second`]),
  ];
}
