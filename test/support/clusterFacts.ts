import type { KubernetesReader, ObjectName } from "../../src/cluster/kubernetes";
import { gatherCluster, type ClusterQuestion } from "../../src/doctor/gatherCluster";

/** A cluster that has these objects, by kind and name. */
export const readerOf = (objects: Readonly<Record<string, object | undefined>>) =>
  ({
    read: <T>({ kind, name }: ObjectName) => Promise.resolve(objects[`${kind} ${name}`] as T),
    list: () => Promise.resolve([]),
  }) satisfies KubernetesReader;

/** What the doctor sees of a registry there. */
export const gathered = (
  reader: KubernetesReader,
  registry: NonNullable<ClusterQuestion["registry"]> & { context: string; host: string },
) =>
  gatherCluster({
    reader,
    context: registry.context,
    host: registry.host,
    registry,
    tryAccount: () => Promise.resolve(undefined),
    log: () => Promise.resolve(""),
    now: 0,
  });
