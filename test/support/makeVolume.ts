import type { TestCluster } from "./clusterProject";

export interface VolumeSettings {
  /** Of the class and of the volume. */
  name: string;
  size: string;
  /** A folder of the node that everybody may write to. */
  path: string;
}

/** A class whose claims may grow, with one volume that stands for what a provisioner would make. */
export async function makeVolume(
  cluster: TestCluster,
  { name, size, path }: VolumeSettings,
): Promise<void> {
  const { apply, kubectl } = cluster;
  const nodes = await kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}");
  const hostname = { key: "kubernetes.io/hostname", operator: "In", values: nodes.split(" ") };
  await removeVolume(cluster, name);
  await apply(
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name },
      provisioner: "kubernetes.io/no-provisioner",
      allowVolumeExpansion: true,
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        capacity: { storage: size },
        accessModes: ["ReadWriteOnce"],
        storageClassName: name,
        local: { path },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
      },
    },
  );
}

export async function removeVolume({ kubectl }: TestCluster, name: string): Promise<void> {
  await kubectl("delete", "pv,storageclass", name, "--ignore-not-found");
}
