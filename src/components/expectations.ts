import * as pulumi from "@pulumi/pulumi";
import type { ClusterExpectations } from "../checks/expectations";
import { limitsOf } from "../config/checks";
import type { DeepInput } from "../resources/declared";
import type { Seed } from "../resources/classes";
import { chartNames, zotPaths } from "../zot/chartValues";
import { accountName, liveGenerations } from "../zot/generations";
import { pullSecretName } from "./pullSecrets";
import { declaredOidc } from "./declaredOidc";
import type { DeploymentConfig } from "./deploymentConfig";
import { expectedImages, expectedUse } from "./expectedUse";
import type { RegistryAccount } from "./registryAccount";
import type { SeededImages } from "./seededImages";
import { drainSeconds, sharedStorageOf } from "./sharedStorage";
import { routeName } from "./zotRegistry";

/** What the verification compares the registry and its cluster with. */
export function expectations(
  config: DeploymentConfig,
  host: string,
  { seeds }: SeededImages,
  accounts: readonly Pick<RegistryAccount, "username" | "role">[],
) {
  const { cluster, registry, zot, checks, pullSecrets } = config;
  const shared = sharedStorageOf(config);
  const gateways = cluster.gateways.map(({ name, namespace, section }) => ({
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(section === undefined ? {} : { section }),
  }));
  const around: DeepInput<ClusterExpectations> = {
    context: cluster.context,
    namespace: registry.namespace,
    host,
    // Left out where there are none, so that a state from before there were aliases shows no change.
    ...(cluster.aliases.length === 0 ? {} : { aliases: cluster.aliases }),
    ...(shared === undefined
      ? { pod: chartNames.pod, claim: chartNames.claim }
      : {
          replicas: {
            count: registry.replicas,
            ...(registry.replicas === 1 ? {} : { drain: drainSeconds(registry.drain) }),
            bucket: `${shared.s3.bucket}/${shared.s3.prefix}`,
          },
        }),
    ...(gateways.length === 0 ? {} : { route: { name: routeName, gateways } }),
    pullSecret: {
      name: pullSecretName,
      username: accountName("puller", liveGenerations(config).current),
      namespaces: pullSecrets.map(({ namespace }) => namespace),
    },
    workloads: seeds.flatMap(({ image, seed }) =>
      image.rollouts.map((workload) => ({
        ...workload,
        repository: image.repository,
        digests: digestsOf(seed),
      })),
    ),
  };
  const declared = {
    kind: "zot" as const,
    version: zot.version,
    storage: {
      rootDirectory: shared === undefined ? zotPaths.images : `/${shared.s3.prefix}`,
    },
  };
  const oidc = declaredOidc(config, host);
  return {
    images: expectedImages(seeds),
    cluster: around,
    registry: declared,
    limits: limitsOf(checks),
    ...expectedUse(zot, config, accounts, host),
    ...(oidc === undefined ? {} : { oidc }),
  };
}

/** All that a container of the image may run: which of them a runtime tells depends on the runtime. */
function digestsOf({ digest, children }: Seed): pulumi.Output<string[]> {
  return pulumi
    .all([digest, children])
    .apply(([whole, parts = []]) => [
      ...(whole === undefined ? [] : [whole]),
      ...parts.map((part) => part.digest),
    ]);
}
