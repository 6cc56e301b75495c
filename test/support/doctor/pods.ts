import { setTimeout as sleep } from "node:timers/promises";
import type { TestCluster } from "../clusterProject";

export interface PodPlan {
  namespace: string;
  name: string;
  image: string;
  pullPolicy?: "Always" | "IfNotPresent";
  /** Names of Secrets that the pod names itself. */
  pullSecrets?: readonly string[];
  /** The image of a volume. */
  volume?: string;
}

/** Makes a pod, as a user's manifest would. */
export async function makePod(cluster: TestCluster, plan: PodPlan): Promise<void> {
  const { namespace, name, image, pullPolicy = "Always", pullSecrets = [], volume } = plan;
  const mounted =
    volume === undefined ? {} : { volumeMounts: [{ name: "data", mountPath: "/data" }] };
  await cluster.apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: "app", image, imagePullPolicy: pullPolicy, ...mounted }],
      ...(volume === undefined
        ? {}
        : { volumes: [{ name: "data", image: { reference: volume } }] }),
      imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })),
    },
  });
}

/** Waits until the first container of a pod is in a state that reads like `wanted`, such as `running` or `ErrImagePull`. */
export async function podIs(
  { kubectl }: TestCluster,
  { namespace, name }: Pick<PodPlan, "namespace" | "name">,
  wanted: RegExp,
): Promise<void> {
  const end = Date.now() + 90_000;
  for (;;) {
    const path = "jsonpath={.status.containerStatuses[0].state}";
    // A pod that is made anew is away for a moment.
    const state = await kubectl("-n", namespace, "get", "pod", name, "-o", path).catch(() => "");
    if (wanted.test(state)) return;
    if (Date.now() > end) throw new Error(`${namespace}/${name} is ${state}, not ${wanted.source}`);
    await sleep(250);
  }
}

/** What a container says whose image cannot be had. */
export const cannotPullWords = /"(ErrImagePull|ImagePullBackOff)"/;
