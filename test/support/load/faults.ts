import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestCluster } from "../clusterProject";
import type { ObjectStore } from "../objectStore";
import { processes } from "../processes";
import type { Redis } from "../redis";

/** A registry of several pods, and what they keep their images in. */
export interface Patient {
  cluster: TestCluster;
  namespace: string;
  replicas: number;
  store: ObjectStore;
  redis: Redis;
}

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  status: {
    conditions?: { type: string; status: string }[];
    containerStatuses?: { containerID?: string }[];
  };
}

const labels = "app.kubernetes.io/name=zot,app.kubernetes.io/instance=zot";
const settleMs = 480_000;

/** Waits until there are as many pods as there should be, all of them ready and none on its way out. */
export async function settled(patient: Patient): Promise<void> {
  const { cluster, namespace, replicas } = patient;
  const end = Date.now() + settleMs;
  while (Date.now() < end) {
    const pods = await podsOf(patient);
    const well = pods.filter(({ status }) =>
      status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
    );
    const leaving = pods.some(({ metadata }) => metadata.deletionTimestamp !== undefined);
    if (!leaving && pods.length === replicas && well.length === replicas) return;
    await sleep(500);
  }
  throw new Error(await cluster.kubectl("-n", namespace, "describe", "pods", "-l", labels));
}

/** Deletes one pod, as somebody does by hand. */
export async function deletePod(patient: Patient): Promise<void> {
  const { cluster, namespace } = patient;
  const name = await onePod(patient);
  await cluster.kubectl("-n", namespace, "delete", "pod", name, "--wait=false");
}

/** Evicts one pod, as a drained node does. */
export async function evictPod(patient: Patient): Promise<void> {
  const { cluster, namespace } = patient;
  const name = await onePod(patient);
  const folder = mkdtempSync(join(tmpdir(), "zot-fleet-eviction-"));
  const file = join(folder, "eviction.json");
  const eviction = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
  };
  writeFileSync(file, JSON.stringify(eviction));
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  await cluster.kubectl("create", "--raw", path, "-f", file).finally(() => {
    rmSync(folder, { recursive: true });
  });
}

/** Kills the process of one pod, as a node without memory does. Only where this machine is the node. */
export async function killPod(patient: Patient): Promise<void> {
  const [pod] = await podsOf(patient);
  const container = pod && containerOf(pod);
  if (container === undefined) throw new Error("no container to kill");
  const found = processes().filter((pid) => cgroupOf(pid).includes(container));
  if (found.length === 0) throw new Error(`no process of container ${container}`);
  for (const pid of found) process.kill(pid, "SIGKILL");
  // The kubelet hears of it a moment later, and tells that all is well until then.
  const end = Date.now() + settleMs;
  while (Date.now() < end) {
    const containers = (await podsOf(patient)).map(containerOf);
    if (!containers.includes(container)) return;
    await sleep(200);
  }
  throw new Error(`container ${container} is still said to run`);
}

/** Takes something away for a while: who asks it is refused. */
export async function away(
  services: readonly { stop: () => Promise<void>; start: () => Promise<void> }[],
  seconds: number,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await Promise.all(services.map((service) => service.stop()));
  await meanwhile();
  await sleep(seconds * 1000);
  await Promise.all(services.map((service) => service.start()));
}

async function podsOf({ cluster, namespace }: Patient): Promise<Pod[]> {
  const text = await cluster.kubectl("-n", namespace, "get", "pods", "-l", labels, "-o", "json");
  return (JSON.parse(text) as { items: Pod[] }).items;
}

/** As the container runtime knows it. */
function containerOf({ status }: Pod): string | undefined {
  return status.containerStatuses?.[0]?.containerID?.split("//")[1];
}

async function onePod(patient: Patient): Promise<string> {
  const [pod] = await podsOf(patient);
  if (pod === undefined) throw new Error("there is no pod");
  return pod.metadata.name;
}

function cgroupOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8");
  } catch {
    return "";
  }
}
