import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { helmRecords, type HelmRecord } from "./helmRecords";
import { KubernetesError, type KubernetesReader } from "./kubernetes";
import { objectsIn, objectName } from "./manifestObjects";
import {
  isRunning,
  type ReleaseName,
  type ReleaseState,
  type StuckPod,
  type Unfinished,
} from "./releaseState";

/** Whether the values of a revision are of this program's making. */
export type IsOurs = (values: Record<string, unknown>) => boolean;

/** Looks at a release and at what it made. Needs `list` on Secrets. @throws KubernetesError */
export async function readRelease(
  reader: KubernetesReader,
  release: ReleaseName,
  isOurs: IsOurs,
): Promise<ReleaseState> {
  const records = await helmRecords(reader, release);
  const newest = records.at(-1);
  if (newest === undefined) return { ...release, missing: [] };
  const { revision, begun, chart, writer } = newest;
  const unfinished = unfinishedIn(records, isOurs);
  // Where an operation did not end, the next one makes whatever is missing.
  const missing = unfinished === undefined ? await missingOf(reader, release, newest) : [];
  const stuck = await stuckPodOf(reader, release, newest);
  return {
    ...release,
    newest: {
      revision,
      begun,
      chart,
      ...(writer === undefined ? {} : { writer }),
      ours: isOurs(newest.values),
    },
    ...(unfinished === undefined ? {} : { unfinished }),
    missing,
    ...(stuck === undefined ? {} : { stuck }),
  };
}

/**
 * The newest operation, where it did not end as it should. It is ours where its values are and Pulumi's provider began it. A
 * rollback brings back values of ours and the provider never begins one: it is healed whoever began it. A failed one of
 * somebody else's stops nobody.
 */
export function unfinishedIn(
  records: readonly HelmRecord[],
  isOurs: IsOurs,
): Unfinished | undefined {
  const newest = records.at(-1);
  if (newest === undefined) return undefined;
  const { revision, status, begun, writer, chart, values } = newest;
  const byPulumi = writer === undefined || writer.startsWith("pulumi");
  const ours = isOurs(values) && (byPulumi || status === "pending-rollback");
  if (!isRunning(status) && !(status === "failed" && ours)) return undefined;
  return { revision, status, begun, chart, ours, ...(writer === undefined ? {} : { writer }) };
}

async function missingOf(
  reader: KubernetesReader,
  { namespace }: ReleaseName,
  { status, manifest }: HelmRecord,
): Promise<string[]> {
  if (status !== "deployed") return [];
  const found = await Promise.all(
    objectsIn(manifest, namespace).map(async (object) => {
      const there = await ifAllowed(
        async () => (await reader.read(objectName(object))) !== undefined,
        true,
      );
      return there ? [] : [`${object.kind} ${object.metadata.name}`];
    }),
  );
  return found.flat();
}

/** The one pod of the release's StatefulSet, where waiting does not help it. */
export async function stuckPodOf(
  reader: KubernetesReader,
  { namespace }: ReleaseName,
  { manifest }: Pick<HelmRecord, "manifest">,
): Promise<StuckPod | undefined> {
  const set = objectsIn(manifest, namespace).find(({ kind }) => kind === "StatefulSet");
  if (set === undefined) return undefined;
  const { name } = set.metadata;
  const [live, pod] = await Promise.all([
    ifAllowed(() => reader.read<V1StatefulSet>(objectName(set)), undefined),
    ifAllowed(
      () => reader.read<V1Pod>({ apiVersion: "v1", kind: "Pod", namespace, name: `${name}-0` }),
      undefined,
    ),
  ]);
  return live === undefined || pod === undefined ? undefined : stuckPod(live, pod);
}

/** Reasons of a container that waits and does not start by itself (kubernetes, pkg/kubelet/container and pkg/kubelet/images). */
const stuckReasons =
  /^(?:CrashLoopBackOff|ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName|CreateContainerConfigError|CreateContainerError|RunContainerError|Error|OOMKilled|StartError|ContainerCannotRun)$/;

/** The pod, where it does not run and waiting does not help. One that is merely slow to start is left alone. */
export function stuckPod(set: V1StatefulSet, { metadata, status }: V1Pod): StuckPod | undefined {
  const conditions = status?.conditions ?? [];
  const ready = conditions.some((each) => each.type === "Ready" && each.status === "True");
  if (ready || metadata?.deletionTimestamp !== undefined) return undefined;
  const reasons = (status?.containerStatuses ?? []).flatMap(
    ({ state, lastState, restartCount }) => [
      state?.waiting?.reason,
      state?.terminated?.reason,
      // Between two ends of a crash loop it runs for a moment.
      restartCount > 0 && state?.running !== undefined ? lastState?.terminated?.reason : undefined,
    ],
  );
  const unschedulable = conditions.find(
    (each) => each.type === "PodScheduled" && each.status === "False",
  )?.reason;
  const why = [...reasons, unschedulable].find(
    (reason) => reason !== undefined && (stuckReasons.test(reason) || reason === "Unschedulable"),
  );
  if (why === undefined) return undefined;
  const wanted = set.status?.updateRevision;
  const runs = metadata?.labels?.["controller-revision-hash"];
  return {
    name: metadata?.name ?? "?",
    uid: metadata?.uid ?? "?",
    why,
    outdated: wanted !== undefined && runs !== undefined && wanted !== runs,
  };
}

/** What may not be read is not known to be gone. */
async function ifAllowed<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KubernetesError && (error.status === 403 || error.status === 401))
      return otherwise;
    throw error;
  }
}
