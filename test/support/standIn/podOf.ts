import { randomUUID } from "node:crypto";
import type { KubeObject } from "./fields";
import type { SetSpec } from "./kinds";

/**
 * The pod of a StatefulSet's template, as the kubelet tells of it.
 * @param problem why it does not run
 */
export function podOf(
  namespace: string,
  { metadata: { annotations, labels }, spec: { containers, volumes } }: SetSpec["template"],
  problem: string | undefined,
): KubeObject {
  const ready = problem === undefined;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "zot-0", namespace, uid: randomUUID(), labels, annotations },
    spec: {
      containers,
      volumes: [
        ...volumes,
        { name: "zot-pvc", persistentVolumeClaim: { claimName: "zot-pvc-zot-0" } },
      ],
      nodeName: "node-1",
    },
    status: {
      phase: ready ? "Running" : "Pending",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [
        {
          name: "zot",
          image: containers[0]?.image,
          restartCount: 0,
          ready,
          state: ready ? { running: {} } : { waiting: { reason: problem } },
        },
      ],
    },
  };
}
