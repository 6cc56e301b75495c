import type { KubernetesObject, V1LabelSelector } from "@kubernetes/client-node";
import type { KubernetesReader } from "../cluster/kubernetes";
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

/** A Gateway that a stack file names, with what its controller has made of it. */
export interface NamedGateway extends OfferedGateway {
  /** Why its controller does not serve it, or that there is none; absent where it does. */
  refusal?: string;
  /** Where it answers: addresses and names. Empty where the controller tells none. */
  addresses: string[];
  /** The Secrets that its HTTPS listeners take their certificates from, by the listener's name. */
  certificates: ReadonlyMap<string, SecretName[]>;
}

export interface SecretName {
  namespace: string;
  name: string;
}

/** The route that a registry would have. */
export interface OfferedRoute {
  host: string;
  /** The route's namespace. */
  namespace: string;
  /** The labels of that namespace. @default those of one that the deployment makes */
  labels?: Labels | undefined;
}

/** What is read of a Gateway (Gateway API, GatewaySpec and GatewayStatus). */
export interface GatewayObject {
  spec?: {
    listeners?: {
      name: string;
      protocol: string;
      hostname?: string;
      allowedRoutes?: {
        namespaces?: { from?: string; selector?: V1LabelSelector };
        kinds?: { kind: string }[];
      };
      tls?: { certificateRefs?: { name: string; namespace?: string }[] };
    }[];
  };
  status?: {
    addresses?: { value: string }[];
    conditions?: { type: string; status: string; message?: string }[];
  };
}

/** What a Gateway offers to a route. */
export const gatewayOf = (
  { metadata, spec }: KubernetesObject & GatewayObject,
  route: OfferedRoute,
): OfferedGateway => ({
  namespace: metadata?.namespace ?? "",
  name: metadata?.name ?? "",
  listeners: (spec?.listeners ?? []).map((listener) =>
    listenerOf(listener, metadata?.namespace ?? "", route),
  ),
});

/** A Gateway by its name; undefined where there is none. @throws KubernetesError */
export async function readGateway(
  reader: Pick<KubernetesReader, "read">,
  place: { namespace: string; name: string },
  route: OfferedRoute,
): Promise<NamedGateway | undefined> {
  const found = await reader.read<GatewayObject>({
    apiVersion: gatewayApiVersion,
    kind: "Gateway",
    ...place,
  });
  if (found === undefined) return undefined;
  const refusal = refusalOf(found.status);
  return {
    ...gatewayOf(found, route),
    ...(refusal === undefined ? {} : { refusal }),
    addresses: (found.status?.addresses ?? []).map(({ value }) => value),
    certificates: new Map(
      (found.spec?.listeners ?? []).map(({ name, tls }) => [
        name,
        (tls?.certificateRefs ?? []).map((each) => ({ namespace: place.namespace, ...each })),
      ]),
    ),
  };
}

/** Accepted says every controller (Gateway API, GatewayConditionType); Programmed is False where nothing serves it yet. */
function refusalOf({ conditions = [] }: NonNullable<GatewayObject["status"]> = {}) {
  const accepted = conditions.find(({ type }) => type === "Accepted");
  if (accepted === undefined) return "no controller has answered for it";
  const wrong =
    accepted.status === "True"
      ? conditions.find(({ type, status }) => type === "Programmed" && status === "False")
      : accepted;
  return wrong && `${wrong.type} is ${wrong.status}: ${wrong.message ?? ""}`;
}

function listenerOf(
  {
    name,
    protocol,
    hostname,
    allowedRoutes,
  }: NonNullable<NonNullable<GatewayObject["spec"]>["listeners"]>[number],
  own: string,
  { host, namespace, labels = labelsOfNew(namespace) }: OfferedRoute,
): Listener {
  // The default is Same (Gateway API, RouteNamespaces).
  const { from = "Same", selector } = allowedRoutes?.namespaces ?? {};
  const allowed =
    from === "All" ||
    (from === "Same" && own === namespace) ||
    (from === "Selector" && selector !== undefined && selects(selector, labels));
  const kinds = allowedRoutes?.kinds ?? [];
  const problem = !["HTTP", "HTTPS"].includes(protocol)
    ? `it speaks ${protocol}`
    : kinds.length > 0 && !kinds.some(({ kind }) => kind === "HTTPRoute")
      ? "it takes no HTTPRoute"
      : hostname !== undefined && !matchesHostname(hostname, host)
        ? `it serves ${hostname}`
        : !allowed
          ? `it takes no route from the namespace ${namespace} (allowedRoutes.namespaces.from: ${from})`
          : undefined;
  return { name, protocol, ...(problem === undefined ? {} : { problem }) };
}

type Labels = Readonly<Record<string, string>>;

/** Of a namespace that the deployment makes. */
function labelsOfNew(namespace: string): Labels {
  return {
    "kubernetes.io/metadata.name": namespace,
    "pod-security.kubernetes.io/enforce": "restricted",
  };
}

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

/** A wildcard stands for one label or more (Gateway API, Hostname and Listener.hostname). */
function matchesHostname(pattern: string, host: string): boolean {
  return pattern.startsWith("*.")
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : pattern === host;
}
