import type {
  CoreV1Event,
  V1ConfigMap,
  V1Node,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Secret,
  V1StatefulSet,
} from "@kubernetes/client-node";
import type { ClusterExpectations } from "../checks/cluster/clusterChecks";
import { helmRecords } from "../cluster/helmRecords";
import { KubernetesError, type KubernetesReader } from "../cluster/kubernetes";
import { unfinishedIn } from "../cluster/releaseState";
import { readRoute, type GatewayAnswer } from "../cluster/routeStatus";
import { isOurs, releaseName } from "../zot/chartValues";
import { containersOf } from "./containers";
import { pullSecretFacts, type TryAccount } from "./pullSecretFacts";
import type { ClusterFacts, ContainerFacts } from "./snapshot";
import { cannotPull, isNamedBy, namesOf } from "./text";

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
    "aliases" | "namespace" | "pod" | "claim" | "route" | "pullSecret"
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
  const names = namesOf({ host, aliases: registry?.aliases ?? [] });
  const [pods, nodes, own] = await Promise.all([
    reader.list<V1Pod>({ apiVersion: "v1", kind: "Pod" }),
    reader.list<V1Node>({ apiVersion: "v1", kind: "Node" }),
    registry === undefined ? {} : ownObjects(question, registry),
  ]);
  const asked = pods.filter(
    ({ metadata }) =>
      pod === undefined || `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}` === pod,
  );
  const containers = containersOf(asked, nodes).filter(
    (each) => concerns(each) && (cannotPull(each) || isNamedBy(names, each.image)),
  );
  const failing = [...new Set(containers.filter(cannotPull).map(({ namespace }) => namespace))];
  const namespaces = [
    ...new Set([
      ...failing,
      ...(failing.length > 0 ? (registry?.pullSecret.namespaces ?? []) : []),
    ]),
  ];
  const of = <T>(kind: string, places: readonly string[]) =>
    Promise.all(
      places.map((namespace) => reader.list<T>({ apiVersion: "v1", kind, namespace })),
    ).then((lists) => lists.flat());
  const [events, secrets] = await Promise.all([
    of<CoreV1Event>("Event", failing),
    of<V1Secret>("Secret", namespaces),
  ]);
  const messages = messagesIn(events);
  return {
    context,
    containers: containers.map((each) => {
      const told = messages.get(`${each.namespace}/${each.pod} ${each.image}`);
      const message = [each.message, told].filter((words) => words !== undefined).join("; ");
      return message === "" ? each : { ...each, message };
    }),
    pullSecrets: await pullSecretFacts(secrets, names, tryAccount),
    ...own,
  };
}

/** The kubelet's latest words about each pull of each pod; "Back-off" says nothing and hides what was said before. */
function messagesIn(events: readonly CoreV1Event[]): Map<string, string> {
  const pulls = events
    .filter(({ reason, message = "" }) => reason === "Failed" && /pull/i.test(message))
    .sort((a, b) => timeOf(a) - timeOf(b));
  return new Map(
    pulls.map(({ involvedObject: { namespace = "", name = "" }, message = "" }) => [
      `${namespace}/${name} ${/image "([^"]+)"/.exec(message)?.[1] ?? ""}`,
      message,
    ]),
  );
}

const timeOf = ({ lastTimestamp, eventTime, metadata }: CoreV1Event) =>
  new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();

async function ownObjects(
  { reader, log, now }: ClusterQuestion,
  registry: NonNullable<ClusterQuestion["registry"]>,
): Promise<Partial<ClusterFacts>> {
  const { namespace, pod: name, claim: claimName, route, pullSecret } = registry;
  const core = { apiVersion: "v1", namespace };
  const [helm, set, pod, claim, parents] = await Promise.all([
    helmFacts(reader, namespace),
    reader.read<V1StatefulSet>({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      namespace,
      name: releaseName,
    }),
    reader.read<V1Pod>({ ...core, kind: "Pod", name }),
    reader.read<V1PersistentVolumeClaim>({
      ...core,
      kind: "PersistentVolumeClaim",
      name: claimName,
    }),
    route === undefined ? undefined : readRoute(reader, namespace, route),
  ]);
  const size = claim?.status?.capacity?.["storage"] ?? "of unknown size";
  const replicas = set?.spec?.replicas;
  return {
    registryPlace: {
      namespace,
      pullSecret: { name: pullSecret.name, namespaces: pullSecret.namespaces },
      ...(replicas === undefined ? {} : { replicas }),
    },
    ...(pod === undefined ? {} : { registryPod: await podFacts(pod, log, now) }),
    ...(claim === undefined
      ? {}
      : { claim: { name: claimName, phase: claim.status?.phase ?? "?", size } }),
    ...(route === undefined
      ? {}
      : { route: { name: route.name, parents: parents ?? noRoute(namespace, route) } }),
    ...helm,
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

async function podFacts(
  { metadata, status }: V1Pod,
  log: ClusterQuestion["log"],
  now: number,
): Promise<NonNullable<ClusterFacts["registryPod"]>> {
  const [namespace = "", name = ""] = [metadata?.namespace, metadata?.name];
  const [container] = status?.containerStatuses ?? [];
  const ready = (status?.conditions ?? []).some(
    (each) => each.type === "Ready" && each.status === "True",
  );
  const ended = container?.lastState?.terminated?.reason;
  const { state } = container ?? {};
  const reason = state?.waiting?.reason ?? state?.terminated?.reason ?? (ready ? undefined : ended);
  return {
    namespace,
    name,
    ready,
    phase: status?.phase ?? "?",
    age: (now - new Date(metadata?.creationTimestamp ?? now).getTime()) / 1000,
    restarts: container?.restartCount ?? 0,
    ...(reason === undefined ? {} : { reason }),
    log: await log(namespace, name),
  };
}

/** The prefixes that Zot fetches from elsewhere, by its config (`extensions.sync`). */
export async function upstreamPrefixes(
  reader: KubernetesReader,
  namespace: string,
  configMap: string,
): Promise<string[]> {
  const found = await reader.read<V1ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace,
    name: configMap,
  });
  const destinations = (found?.data?.["config.json"] ?? "").matchAll(
    /"destination"\s*:\s*"\/?([^"]+)"/g,
  );
  return [...destinations].flatMap(([, destination]) => destination ?? []);
}
