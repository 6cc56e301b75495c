import * as pulumi from "@pulumi/pulumi";
import type { DeclaredAccess } from "../checks/check";
import type { ClusterExpectations } from "../checks/cluster/clusterChecks";
import type { ExpectedUpstream } from "../checks/upstreams";
import { accessSettings } from "../config/access";
import { gatewayOf } from "../config/gateways";
import type { StackConfig } from "../config/stack";
import { upstreamOf } from "../config/upstreams";
import type { DeepInput } from "../resources/deepInput";
import type { Seed } from "../resources/seed";
import { chartNames, zotPaths } from "../zot/chartValues";
import { accountName, liveGenerations } from "../zot/generations";
import { pullSecretName } from "./pullSecrets";
import { declaredOidc } from "./declaredOidc";
import { registryConfig } from "./registryConfig";
import type { SeededImages } from "./seededImages";
import { routeName } from "./zotRegistry";

/** What the verification compares the registry and its cluster with. */
export function expectations(
  config: StackConfig,
  host: string,
  { seeds }: SeededImages,
  accounts: Parameters<typeof registryConfig>[1],
) {
  const { cluster, registry, zot, checks, pullSecrets } = config;
  const access: DeclaredAccess = {
    control: registryConfig(zot, accounts, {
      host,
      access: accessSettings(config.access),
      upstreams: config.upstreams.map(upstreamOf),
    }).http.accessControl,
    version: zot.version,
  };
  const gateways = cluster.gateways.map(gatewayOf).map(({ name, namespace, section }) => ({
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(section === undefined ? {} : { section }),
  }));
  const around: DeepInput<ClusterExpectations> = {
    context: cluster.context,
    namespace: registry.namespace,
    host,
    // States of before there were any hold no such input.
    ...(cluster.aliases.length === 0 ? {} : { aliases: cluster.aliases }),
    pod: chartNames.pod,
    claim: chartNames.claim,
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
  const images = seeds.map(({ seed: { repository, tags, digest, problem, platforms } }) => ({
    repository,
    tags,
    digest,
    problem,
    platforms: platforms.apply((all) => all.map(({ platform }) => platform)),
  }));
  const declared = {
    kind: "zot" as const,
    version: zot.version,
    storage: { rootDirectory: zotPaths.images },
  };
  const upstreams = expectedUpstreams(config);
  const oidc = declaredOidc(config, host);
  return {
    images,
    cluster: around,
    registry: declared,
    limits: checks,
    access,
    ...(upstreams.length === 0 ? {} : { upstreams }),
    ...(oidc === undefined ? {} : { oidc }),
  };
}

/** Each upstream with the account that it is asked with. */
function expectedUpstreams({
  upstreams,
  upstreamPasswords: passwords = {},
}: StackConfig): ExpectedUpstream[] {
  return upstreams.map(upstreamOf).map(({ name, url, username }) => {
    const password = passwords[name];
    if (username === undefined) return { name, url };
    return { name, url, username, ...(password === undefined ? {} : { password }) };
  });
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
