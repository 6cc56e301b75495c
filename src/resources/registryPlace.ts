import type { V1Namespace, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { clusterVersion, kubernetesReader } from "../cluster/kubernetes";
import { byCheck, define, madeAnew, plain } from "./define";

export interface RegistryPlaceInputs {
  context: string;
  /** The UID of the cluster's `kube-system`: in a cluster that was built anew nothing is known. */
  uid: string;
  namespace: string;
  /** The name of the claim with the images; absent where they are in a bucket. */
  claim?: string;
  /** The StorageClass of the claim; absent for the cluster's default. */
  storageClass?: string;
  /** Whether the namespace was made for the registry; found by the check, so known in previews, and kept. */
  own?: boolean;
}

interface Failure {
  property: string;
  reason: string;
}

interface ObjectName {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** Reads the cluster behind a context. Said here, since what the package declares must not name the Kubernetes client's own types. */
type ReaderOf = (
  context: string,
) => Promise<{ read: <T>(object: ObjectName) => Promise<T | undefined> }>;
type VersionOf = (context: string) => Promise<{ major: number; minor: number }>;

/** The first Kubernetes whose pods may sleep before they end (kubernetes.io, "Container Lifecycle Hooks": beta in 1.30). */
const firstToDrain = 30;

/**
 * Remembers where a registry stands. A preview asks the cluster once, when it does not know the place yet, and again where the
 * stack file moves what cannot be moved: a replacement would begin with an empty claim and end with the deletion of the rest.
 */
export function registryPlaceIn(readerOf: ReaderOf, versionOf: VersionOf = clusterVersion) {
  return define<RegistryPlaceInputs, RegistryPlaceInputs, "own">({
    name: "registryPlace",
    inputs: {
      context: plain,
      uid: plain,
      namespace: plain,
      claim: plain,
      storageClass: plain,
      own: byCheck,
    },
    outputs: {},
    check: async (olds: Partial<RegistryPlaceInputs>, news) => {
      const known = olds.uid === news.uid && olds.namespace === news.namespace;
      const own = known ? olds.own : await isOwn(news);
      const inputs = { ...news, ...(own === undefined ? {} : { own }) };
      return { inputs, failures: [...(await moves(olds, news)), ...(await tooOld(olds, news))] };
    },
    load: () =>
      madeAnew(
        ({ namespace }) => namespace,
        (inputs) => inputs,
      ),
  });

  /** One that is not there will be made; one that was there is ours where the label on it is. */
  async function isOwn({ context, namespace: name }: RegistryPlaceInputs): Promise<boolean> {
    const reader = await readerOf(context);
    const namespace = await reader.read<V1Namespace>({ apiVersion: "v1", kind: "Namespace", name });
    return namespace === undefined || isLabelledByUs(namespace);
  }

  async function moves(
    olds: Partial<RegistryPlaceInputs>,
    news: RegistryPlaceInputs,
  ): Promise<Failure[]> {
    const sameCluster = olds.uid === undefined || olds.uid === news.uid;
    const { claim } = news;
    // A bucket is in no namespace, and has no class.
    if (!sameCluster || claim === undefined) return [];
    const classOf = (namespace: string) => classOfClaim(news.context, namespace, claim);
    if (olds.namespace !== undefined && olds.namespace !== news.namespace) {
      const left = await classOf(olds.namespace);
      return left === undefined
        ? []
        : [{ property: "namespace", reason: moved(olds.namespace, news.namespace, claim) }];
    }
    if (olds.namespace !== undefined && olds.storageClass === news.storageClass) return [];
    const wanted = news.storageClass ?? olds.storageClass;
    if (wanted === undefined) return [];
    const live = await classOf(news.namespace);
    if (live === undefined) return [];
    if (news.storageClass === undefined ? wanted !== live : wanted === live) return [];
    return [{ property: "storageClass", reason: reclassed(live, claim, news) }];
  }

  /** Several pods over a bucket drain, which an older API server would forget without a word. Asked once, when the registry gets there. */
  async function tooOld(
    olds: Partial<RegistryPlaceInputs>,
    news: RegistryPlaceInputs,
  ): Promise<Failure[]> {
    const there = olds.uid === news.uid && olds.claim === undefined;
    if (news.claim !== undefined || there) return [];
    const { major, minor } = await versionOf(news.context);
    if (major > 1 || minor >= firstToDrain) return [];
    return [{ property: "claim", reason: undrained(`${major}.${minor}`) }];
  }

  /** The class of the claim in a namespace, empty where it has none; undefined where there is no claim. */
  async function classOfClaim(
    context: string,
    namespace: string,
    name: string,
  ): Promise<string | undefined> {
    const reader = await readerOf(context);
    const object = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name };
    const volume = await reader.read<V1PersistentVolumeClaim>(object);
    return volume && (volume.spec?.storageClassName ?? "");
  }
}

export const registryPlace = registryPlaceIn(kubernetesReader);

const enforce = "f:pod-security.kubernetes.io/enforce";

/** Whether the pod security label of a namespace was set by a stack: before places were remembered, or before a destroy. */
function isLabelledByUs({ metadata }: V1Namespace): boolean {
  return (metadata?.managedFields ?? []).some(({ manager = "", fieldsV1 }) => {
    const { "f:metadata": fields } = (fieldsV1 ?? {}) as {
      "f:metadata"?: { "f:labels"?: Record<string, unknown> };
    };
    return manager.startsWith("pulumi-kubernetes") && enforce in (fields?.["f:labels"] ?? {});
  });
}

const undrained = (version: string) =>
  `zot-fleet:registry.storage.s3 needs Kubernetes 1.${firstToDrain}, and the cluster runs ${version}: several pods cannot serve on there while ` +
  "gateways hear that they end (preStop.sleep). Upgrade the cluster, or leave the images on a claim.";

const moved = (before: string, namespace: string, claim: string) =>
  `zot-fleet:registry.namespace goes from ${before} to ${namespace}: the images are on the claim ${claim} in ${before}, and a claim never ` +
  `moves. Set it to ${before}. To move, run "pulumi destroy", which keeps namespace, claim and images, and then "pulumi up": the ` +
  `registry in ${namespace} begins without them.`;

const reclassed = (live: string, claim: string, { namespace, storageClass }: RegistryPlaceInputs) =>
  `zot-fleet:registry.storage.class is ${storageClass ?? "absent"}, and the claim ${namespace}/${claim} has ${live}: the class of a claim ` +
  `never changes. Set it to ${live}.`;
