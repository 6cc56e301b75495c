import type {
  KubernetesObject,
  V1LabelSelector,
  V1Namespace,
  V1StorageClass,
} from "@kubernetes/client-node";
import { KubernetesError, type KubernetesReader } from "../cluster/kubernetes";
import { gatewayApiVersion } from "./route";

/** A listener of a Gateway, as far as it matters to a route for one host name. */
export interface Listener {
  name: string;
  protocol: string;
  /** Why it takes no route for that host name from that namespace; absent where it does. */
  problem?: string;
}

export interface OfferedGateway {
  namespace: string;
  name: string;
  listeners: Listener[];
}

export interface StorageClass {
  name: string;
  /** Whether a claim that names none gets it. */
  isDefault: boolean;
}

/** What was found of a kind, or why nobody could look. */
export interface Listed<T> {
  found: T[];
  problem?: string;
}

/** What a cluster has that a new registry can use. */
export interface ClusterOffer {
  gateways: Listed<OfferedGateway>;
  storageClasses: Listed<StorageClass>;
  namespaces: Listed<string>;
}

/** What is read of a Gateway (Gateway API, GatewaySpec). */
interface GatewayObject {
  spec?: {
    listeners?: {
      name: string;
      protocol: string;
      hostname?: string;
      allowedRoutes?: {
        namespaces?: { from?: string; selector?: V1LabelSelector };
        kinds?: { kind: string }[];
      };
    }[];
  };
}

/**
 * Looks at what a cluster has for a registry under `host`, whose route would be in `namespace`. What may not be listed is told
 * as a problem of its own.
 */
export async function readClusterOffer(
  reader: Pick<KubernetesReader, "list">,
  { host, namespace }: { host: string; namespace: string },
): Promise<ClusterOffer> {
  const [gateways, storageClasses, namespaces] = await Promise.all([
    listed<GatewayObject>(reader, gatewayApiVersion, "Gateway"),
    listed<V1StorageClass>(reader, "storage.k8s.io/v1", "StorageClass"),
    listed<V1Namespace>(reader, "v1", "Namespace"),
  ]);
  const own = namespaces.found.find(({ metadata }) => metadata?.name === namespace);
  const labels = own?.metadata?.labels ?? labelsOfNew(namespace);
  const route = { host, namespace, labels };
  return {
    gateways: mapped(gateways, ({ metadata, spec }) => ({
      namespace: metadata?.namespace ?? "",
      name: metadata?.name ?? "",
      listeners: (spec?.listeners ?? []).map((listener) =>
        listenerOf(listener, metadata?.namespace ?? "", route),
      ),
    })),
    storageClasses: mapped(
      { ...storageClasses, found: newestFirst(storageClasses.found) },
      (each) => ({
        name: each.metadata?.name ?? "",
        isDefault: ["storageclass", "storageclass.beta"].some(
          (prefix) =>
            each.metadata?.annotations?.[`${prefix}.kubernetes.io/is-default-class`] === "true",
        ),
      }),
    ),
    namespaces: mapped(namespaces, ({ metadata }) => metadata?.name ?? ""),
  };
}

async function listed<T>(
  reader: Pick<KubernetesReader, "list">,
  apiVersion: string,
  kind: string,
): Promise<Listed<KubernetesObject & T>> {
  try {
    return { found: await reader.list<T>({ apiVersion, kind }) };
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    // The cluster does not know the kind.
    if (error.status === 404) return { found: [] };
    return { found: [], problem: error.message };
  }
}

const mapped = <T, U>(list: Listed<T>, map: (each: T) => U): Listed<U> => ({
  ...list,
  found: list.found.map(map),
});

function listenerOf(
  {
    name,
    protocol,
    hostname,
    allowedRoutes,
  }: NonNullable<NonNullable<GatewayObject["spec"]>["listeners"]>[number],
  own: string,
  route: { host: string; namespace: string; labels: Labels },
): Listener {
  // The default is Same (Gateway API, RouteNamespaces).
  const { from = "Same", selector } = allowedRoutes?.namespaces ?? {};
  const allowed =
    from === "All" ||
    (from === "Same" && own === route.namespace) ||
    (from === "Selector" && selector !== undefined && selects(selector, route.labels));
  const kinds = allowedRoutes?.kinds ?? [];
  const problem = !["HTTP", "HTTPS"].includes(protocol)
    ? `it speaks ${protocol}`
    : kinds.length > 0 && !kinds.some(({ kind }) => kind === "HTTPRoute")
      ? "it takes no HTTPRoute"
      : hostname !== undefined && !matchesHostname(hostname, route.host)
        ? `it serves ${hostname}`
        : !allowed
          ? `it takes no route from the namespace ${route.namespace} (allowedRoutes.namespaces.from: ${from})`
          : undefined;
  return { name, protocol, ...(problem === undefined ? {} : { problem }) };
}

type Labels = Readonly<Record<string, string>>;

/** Of a namespace that the deployment makes. */
const labelsOfNew = (namespace: string): Labels => ({
  "kubernetes.io/metadata.name": namespace,
  "pod-security.kubernetes.io/enforce": "restricted",
});

function selects({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector, labels: Labels) {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const isIn = value !== undefined && values.includes(value);
      return operator === "In" ? isIn : operator === "NotIn" && !isIn;
    })
  );
}

/** Of several default classes Kubernetes takes the newest (kubernetes.io, "Default StorageClass"). */
const newestFirst = <T extends KubernetesObject>(objects: readonly T[]): T[] =>
  [...objects].sort((a, b) => madeAt(b) - madeAt(a));

const madeAt = ({ metadata }: KubernetesObject) =>
  new Date(metadata?.creationTimestamp ?? 0).getTime();

/** A wildcard stands for one label or more (Gateway API, Hostname and Listener.hostname). */
function matchesHostname(pattern: string, host: string): boolean {
  return pattern.startsWith("*.")
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : pattern === host;
}
