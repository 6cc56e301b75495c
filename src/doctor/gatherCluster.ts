import type { ClusterExpectations } from "../checks/expectations";
import { helmRecords } from "../cluster/helmRecords";
import { KubernetesError, type KubernetesReader } from "../cluster/kubernetes";
import { unfinishedIn } from "../cluster/readRelease";
import {
  cannotPull,
  readContainers,
  readPullMessages,
  type ContainerFacts,
} from "../facts/containers";
import { isNamedBy, registryNames } from "../facts/imageNames";
import { listPullSecrets, type PullSecret } from "../facts/pullSecret";
import {
  readClaim,
  readRegistryPods,
  readReplicas,
  type RegistryPod,
} from "../facts/registryObjects";
import { readRoute, type GatewayAnswer } from "../facts/route";
import type { Credentials } from "../registry/client";
import { isOurs, releaseName } from "../zot/chartValues";
import type { ClusterFacts, PullSecretFacts, RegistryPodFacts } from "./snapshot";

/** How the registry answers an account: 200 where it is good, undefined where it could not be asked. */
type TryAccount = (credentials: Credentials) => Promise<number | undefined>;

/** What is looked at, and with what. */
export interface ClusterQuestion {
  reader: KubernetesReader;
  /** The kubeconfig context that the reader reads. */
  context: string;
  /** The registry as images name it. */
  host: string;
  /** Where the registry's own objects are; undefined where nobody knows: then they are not looked for. */
  registry?: Pick<
    ClusterExpectations,
    "aliases" | "namespace" | "pod" | "claim" | "replicas" | "route" | "pullSecret"
  >;
  /** One pod, as `namespace/name`. Default: every pod. */
  pod?: string;
  /** Which containers are asked about. Default: all. */
  concerns?: (container: ContainerFacts) => boolean;
  tryAccount: TryAccount;
  /** The end of a pod's log. */
  log: (namespace: string, pod: string) => Promise<string>;
  /** Milliseconds since 1970. */
  now: number;
}

/** Looks at the cluster around a registry. @throws KubernetesError */
export async function gatherCluster(question: ClusterQuestion): Promise<ClusterFacts> {
  const { reader, context, host, registry, pod, tryAccount, concerns = () => true } = question;
  const names = registryNames({ host, aliases: registry?.aliases ?? [] });
  const [all, own] = await Promise.all([
    readContainers(reader, { platforms: true }),
    registry === undefined ? {} : ownObjects(question, registry),
  ]);
  const containers = all
    .filter((each) => pod === undefined || `${each.namespace}/${each.pod}` === pod)
    .filter((each) => concerns(each) && (cannotPull(each) || isNamedBy(names, each.image)));
  const failing = [...new Set(containers.filter(cannotPull).map(({ namespace }) => namespace))];
  const namespaces = [
    ...new Set([
      ...failing,
      ...(failing.length > 0 ? (registry?.pullSecret.namespaces ?? []) : []),
    ]),
  ];
  const [messages, secrets] = await Promise.all([
    Promise.all(failing.map((namespace) => readPullMessages(reader, namespace))),
    Promise.all(namespaces.map((namespace) => listPullSecrets(reader, namespace))),
  ]);
  const latest = new Map(messages.flatMap((each) => [...each]));
  return {
    context,
    containers: containers.map((each) => {
      const event = latest.get(`${each.namespace}/${each.pod} ${each.image}`);
      const message = [each.message, event].filter((words) => words !== undefined).join("; ");
      return message === "" ? each : { ...each, message };
    }),
    pullSecrets: await Promise.all(
      secrets.flat().map((secret) => tryPullSecret(secret, names, tryAccount)),
    ),
    ...own,
  };
}

/** What a pull secret is worth at a registry of these names. Its credentials are tried, and are not in the answer. */
async function tryPullSecret(
  { namespace, name, accounts }: PullSecret,
  names: readonly string[],
  tryAccount: TryAccount,
): Promise<PullSecretFacts> {
  const credentials = accounts.get(names.find((each) => accounts.has(each)) ?? "");
  const status = credentials && (await tryAccount(credentials));
  return {
    namespace,
    name,
    hosts: [...accounts.keys()],
    ...(credentials === undefined ? {} : { username: credentials.username }),
    // Zot's API keys all begin so.
    ...(credentials?.password.startsWith("zak_") ? { key: true as const } : {}),
    ...(status === undefined ? {} : { status }),
  };
}

async function ownObjects(
  { reader, log, now }: ClusterQuestion,
  registry: NonNullable<ClusterQuestion["registry"]>,
): Promise<Partial<ClusterFacts>> {
  const { namespace, pod, claim: claimName, replicas: declared, route, pullSecret } = registry;
  const [helm, replicas, pods, claim, parents] = await Promise.all([
    helmFacts(reader, namespace),
    readReplicas(reader, namespace),
    readRegistryPods(reader, namespace, { pod }),
    claimName === undefined ? undefined : readClaim(reader, namespace, claimName),
    route === undefined ? undefined : readRoute(reader, namespace, route),
  ]);
  return {
    registryPlace: {
      namespace,
      pullSecret: { name: pullSecret.name, namespaces: pullSecret.namespaces },
      ...(replicas === undefined ? {} : { replicas }),
      ...(declared === undefined
        ? {}
        : { declared: { count: declared.count, bucket: declared.bucket } }),
    },
    registryPods: await Promise.all(whatStays(pods).map((each) => podFacts(each, log, now))),
    ...(claim === undefined ? {} : { claim }),
    ...(route === undefined
      ? {}
      : { route: { name: route.name, parents: parents ?? noRoute(namespace, route) } }),
    ...helm,
  };
}

/** What ends is no trouble where something else stays. */
function whatStays(pods: RegistryPod[]): RegistryPod[] {
  const staying = pods.filter(({ terminating }) => !terminating);
  return staying.length > 0 ? staying : pods;
}

async function podFacts(
  { namespace, name, ready, phase = "?", madeAt, restarts, reason }: RegistryPod,
  log: ClusterQuestion["log"],
  now: number,
): Promise<RegistryPodFacts> {
  return {
    namespace,
    name,
    ready,
    phase,
    age: (now - (madeAt ?? now)) / 1000,
    restarts,
    ...(reason === undefined ? {} : { reason }),
    log: await log(namespace, name),
  };
}

/** Helm's records are Secrets, which not everybody who asks may list: the rest is told all the same. */
async function helmFacts(
  reader: KubernetesReader,
  namespace: string,
): Promise<Pick<ClusterFacts, "unfinished" | "helmUnseen">> {
  try {
    const unfinished = unfinishedIn(
      await helmRecords(reader, { namespace, name: releaseName }),
      isOurs,
    );
    return unfinished === undefined ? {} : { unfinished };
  } catch (error) {
    if (error instanceof KubernetesError) return { helmUnseen: error.message };
    throw error;
  }
}

/** No gateway serves a route that is not there. */
const noRoute = (
  namespace: string,
  { name }: NonNullable<ClusterExpectations["route"]>,
): GatewayAnswer[] => [
  { gateway: name, accepted: false, message: `there is no HTTPRoute ${namespace}/${name}` },
];
