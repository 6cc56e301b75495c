import type { KubernetesObject } from "@kubernetes/client-node";
import type { HelmRecord } from "./helmRecords";
import type { ReleaseName } from "./releaseState";
import { KubernetesError, type KubernetesReader, type KubernetesWriter } from "./kubernetes";
import { objectName, objectsIn, type ManifestObject } from "./manifestObjects";
import { strategicPatch } from "./strategicPatch";

/** How a half-applied revision is taken back: an object at a time. */
export interface TakingBack {
  changed: ManifestObject[];
  /** What it made, and the revision before did not have. */
  gone: ManifestObject[];
}

/**
 * What makes objects that may be of either revision into those of the deployed one. Helm would not: an upgrade takes away what
 * the deployed revision had and the new one has not, and knows nothing of what a revision added that never was deployed.
 */
export function takingBack(
  cut: Pick<HelmRecord, "manifest">,
  deployed: Pick<HelmRecord, "manifest">,
  namespace: string,
): TakingBack {
  const before = objectsIn(deployed.manifest, namespace);
  const after = objectsIn(cut.manifest, namespace).map((object) => ({
    object,
    was: before.find((each) => isSame(each, object)),
  }));
  const changed = after.flatMap(({ object, was }) => {
    const patch =
      was === undefined ? undefined : strategicPatch(changeable(object), changeable(was));
    const { apiVersion, kind, metadata } = object;
    const { name, namespace: place } = metadata;
    if (patch === undefined) return [];
    const own = patch["metadata"] ?? {};
    return [{ ...patch, apiVersion, kind, metadata: { ...own, name, namespace: place } }];
  });
  const gone = after
    .filter(({ object, was }) => was === undefined && object.kind !== "PersistentVolumeClaim")
    .map(({ object }) => object);
  return { changed, gone };
}

const isSame = (a: ManifestObject, b: ManifestObject) =>
  a.kind === b.kind &&
  a.metadata.name === b.metadata.name &&
  a.metadata.namespace === b.metadata.namespace;

/** A StatefulSet's claim templates never change, and a change of them was refused before anything else happened. */
function changeable(object: ManifestObject): object {
  if (object.kind !== "StatefulSet") return object;
  return { ...object, spec: { ...object.spec, volumeClaimTemplates: undefined } };
}

/** Takes a half-applied revision back; gives a line for each object. What the cluster refuses is told, and left to the upgrade. */
export async function takeBack(
  { reader, writer }: { reader: KubernetesReader; writer: KubernetesWriter },
  { namespace, name }: ReleaseName,
  cut: HelmRecord,
  deployed: HelmRecord,
): Promise<string[]> {
  const { changed, gone } = takingBack(cut, deployed, namespace);
  const words = ({ kind, metadata }: ManifestObject) =>
    `${kind} ${metadata.namespace}/${metadata.name}`;
  const lines: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
      lines.push(`${what}, as revision ${deployed.revision} had it`);
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error;
      // One that is not there has nothing of it.
      if (error.status !== 404) lines.push(`not ${what}: ${error.message}`);
    }
  };
  for (const object of changed)
    await attempt(`changed back ${words(object)}`, () => writer.patch(object));
  for (const object of gone) {
    const live = await reader.read<KubernetesObject>(objectName(object));
    const { uid, resourceVersion } = live?.metadata ?? {};
    const annotations = live?.metadata?.annotations;
    const kept = annotations?.["helm.sh/resource-policy"] === "keep";
    if (
      uid === undefined ||
      resourceVersion === undefined ||
      kept ||
      annotations?.["meta.helm.sh/release-name"] !== name
    )
      continue;
    await attempt(`removed ${words(object)}`, () =>
      writer.remove(object, { uid, resourceVersion }),
    );
  }
  return lines;
}
