import type { KubernetesObject, V1Namespace, V1StorageClass } from "@kubernetes/client-node";
import { KubernetesError, type KubernetesReader } from "../cluster/kubernetes";
import { gatewayOf, type GatewayObject, type OfferedGateway } from "./offeredGateway";
import { gatewayApiVersion } from "./route";

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
    readStorageClasses(reader),
    listed<V1Namespace>(reader, "v1", "Namespace"),
  ]);
  const own = namespaces.found.find(({ metadata }) => metadata?.name === namespace);
  const route = { host, namespace, labels: own?.metadata?.labels };
  return {
    gateways: mapped(gateways, (gateway) => gatewayOf(gateway, route)),
    storageClasses,
    namespaces: mapped(namespaces, ({ metadata }) => metadata?.name ?? ""),
  };
}

/** The storage classes, the default one that Kubernetes takes before other default ones. */
export async function readStorageClasses(
  reader: Pick<KubernetesReader, "list">,
): Promise<Listed<StorageClass>> {
  const classes = await listed<V1StorageClass>(reader, "storage.k8s.io/v1", "StorageClass");
  return mapped({ ...classes, found: newestFirst(classes.found) }, ({ metadata }) => ({
    name: metadata?.name ?? "",
    isDefault: ["storageclass", "storageclass.beta"].some(
      (prefix) => metadata?.annotations?.[`${prefix}.kubernetes.io/is-default-class`] === "true",
    ),
  }));
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

/** Of several default classes Kubernetes takes the newest (kubernetes.io, "Default StorageClass"). */
const newestFirst = <T extends KubernetesObject>(objects: readonly T[]): T[] =>
  [...objects].sort((a, b) => madeAt(b) - madeAt(a));

const madeAt = ({ metadata }: KubernetesObject) =>
  new Date(metadata?.creationTimestamp ?? 0).getTime();
