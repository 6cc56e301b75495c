import type {
  ClusterFacts,
  ImageFacts,
  RegistryPodFacts,
  Snapshot,
} from "../../src/doctor/snapshot";
import type { ContainerFacts } from "../../src/facts/containers";

export const host = "oci.fleet.test";
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

export const image: ImageFacts = {
  repository: "team/app",
  reference: "v1",
  digest: digest("a"),
  children: [digest("b"), digest("c")],
  platforms: ["linux/amd64", "linux/arm64"],
  tags: ["v1", "v2", "latest"],
};

export const container: ContainerFacts = {
  namespace: "team",
  pod: "web-1",
  container: "app",
  image: `${host}/team/app:v1`,
  platform: "linux/amd64",
  running: digest("b"),
  pullPolicy: "IfNotPresent",
  pullSecrets: ["zot-pull-secret"],
  serviceAccount: "default",
  workload: "deployment/web",
};

/** The same container, which cannot pull, with the kubelet's words. */
export function failing(change: Partial<ContainerFacts> = {}): ContainerFacts {
  const { running: _, ...rest } = container;
  return { ...rest, waiting: "ImagePullBackOff", message: "401 Unauthorized", ...change };
}

export const secret = {
  namespace: "team",
  name: "zot-pull-secret",
  hosts: [host],
  username: "puller-2",
  status: 200,
};

const cluster: ClusterFacts = {
  containers: [container],
  pullSecrets: [secret],
  context: "fleet",
  registryPlace: {
    namespace: "zot",
    replicas: { kind: "StatefulSet", wanted: 1, ready: 1 },
    pullSecret: { name: "zot-pull-secret", namespaces: ["team"] },
  },
  registryPods: [
    {
      namespace: "zot",
      name: "zot-0",
      ready: true,
      phase: "Running",
      age: 86_400,
      restarts: 0,
      log: '{"level":"info","message":"HTTP API"}\n',
    },
  ],
  claim: { name: "zot-pvc-zot-0", capacity: "20Gi" },
  route: { name: "zot", parents: [{ gateway: "private", accepted: true, message: "" }] },
};

/** Nothing is wrong here. */
export const healthy: Snapshot = {
  registry: {
    host,
    url: `https://${host}`,
    reach: { status: 401 },
    account: "admin",
    signedIn: true,
    repositories: ["team/app", "team/tool"],
    images: [image],
    upstreamPrefixes: ["docker.io"],
    keys: [{ label: "ci", expiresAt: "2030-01-01T00:00:00Z" }],
  },
  cluster,
  caller: { program: "zot-fleet", flags: "--stack fleet", stack: "fleet" },
  now: Date.parse("2026-06-01T00:00:00Z"),
};

export const withRegistry = (change: Partial<Snapshot["registry"]>): Snapshot => ({
  ...healthy,
  registry: { ...healthy.registry, ...change },
});

export const withCluster = (change: Partial<ClusterFacts>): Snapshot => ({
  ...healthy,
  cluster: { ...cluster, ...change },
});

export const withPod = (change: Partial<RegistryPodFacts>): Snapshot =>
  withCluster({ registryPods: (cluster.registryPods ?? []).map((pod) => ({ ...pod, ...change })) });

/** Three pods over a bucket, the first of them changed. */
export function withReplicas(
  change: Partial<RegistryPodFacts> = {},
  others: Partial<RegistryPodFacts> = {},
): Snapshot {
  const { registryPods = [], registryPlace, claim: _, ...rest } = cluster;
  if (registryPlace === undefined) throw new Error("the healthy registry has a place");
  return {
    ...healthy,
    cluster: {
      ...rest,
      registryPlace: {
        ...registryPlace,
        replicas: { kind: "Deployment", wanted: 3, ready: 3 },
        declared: { count: 3, bucket: "images/registries/fleet" },
      },
      registryPods: registryPods.flatMap((pod) => [
        { ...pod, name: "zot-6d4c-a", ...change },
        { ...pod, name: "zot-6d4c-b", ...others },
        { ...pod, name: "zot-6d4c-c", ...others },
      ]),
    },
  };
}

/** The container fails to pull, and these are the pull secrets there are. */
export const refusedPull = (
  pullSecrets: ClusterFacts["pullSecrets"],
  change: Partial<ContainerFacts> = {},
): Snapshot => withCluster({ containers: [failing(change)], pullSecrets });

/** Somebody asks for an image that is not there; with `tags: null`, its whole repository is not. */
export const lacking = ({
  tags = image.tags,
  ...change
}: Partial<Omit<ImageFacts, "tags">> & { tags?: string[] | null }): Snapshot => {
  const { digest: _, tags: __, ...rest } = image;
  const nothing = { ...rest, children: [], platforms: [], ...change };
  const asked = tags == null ? nothing : { ...nothing, tags };
  return { ...withRegistry({ images: [asked] }), cluster: { ...cluster, containers: [] } };
};

export const withError = (errorText: string): Snapshot => ({ ...healthy, errorText });

/** The cluster around a healthy registry. */
export function healthyCluster() {
  if (healthy.cluster === undefined) throw new Error("the healthy snapshot has a cluster");
  return healthy.cluster;
}

/** The same, seen without its cluster. */
export function withoutCluster({ cluster: _, ...rest }: Snapshot): Snapshot {
  return rest;
}
