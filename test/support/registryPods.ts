import type { V1Node, V1Pod } from "@kubernetes/client-node";
import {
  KubernetesError,
  type KubernetesReader,
  type ObjectName,
} from "../../src/cluster/kubernetes";

/** What of a pod a test chooses. */
interface PodChoices {
  ready?: boolean;
  /** It was told to end. */
  ending?: boolean;
  phase?: string;
  node?: string;
  image?: string;
  /** Seconds of its preStop sleep. */
  drain?: number;
  grace?: number;
  reason?: string;
  labels?: Record<string, string>;
}

export const registryLabels = {
  "app.kubernetes.io/name": "zot",
  "app.kubernetes.io/instance": "zot",
};

/** A pod of the registry as the API server has it: ready, on node-1, draining for 15 seconds of 60. */
export function podNamed(name: string, choices: PodChoices = {}): V1Pod & { kind: "Pod" } {
  const { ready = true, ending = false, phase = "Running", node = "node-1", reason } = choices;
  const { image = "ghcr.io/project-zot/zot:v2.1.18", labels = registryLabels } = choices;
  const { drain = 15, grace = 60 } = choices;
  return {
    kind: "Pod",
    metadata: {
      namespace: "zot",
      name,
      labels,
      ...(ending ? { deletionTimestamp: new Date("2026-06-01T12:00:00Z") } : {}),
    },
    spec: {
      nodeName: node,
      terminationGracePeriodSeconds: grace,
      containers: [
        // What a service mesh puts beside it.
        { name: "proxy", image: "mesh/proxy:v1.2.3-beta" },
        {
          name: "zot",
          image,
          ...(drain === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: drain } } } }),
        },
      ],
    },
    status: {
      phase,
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      ...(reason === undefined
        ? {}
        : {
            containerStatuses: [
              {
                name: "zot",
                image,
                imageID: "",
                ready,
                restartCount: 4,
                state: { waiting: { reason } },
              },
            ],
          }),
    },
  };
}

export const nodeNamed = (name: string, spec: V1Node["spec"] = {}, ready = "True") => ({
  kind: "Node",
  metadata: { name },
  spec,
  status: { conditions: [{ type: "Ready", status: ready }] },
});

interface Anything {
  kind: string;
  metadata?: { name?: string; namespace?: string; labels?: Record<string, string> };
}

/** A cluster of these objects; kinds that are `closed` may not be looked at. */
export function clusterOf(objects: readonly Anything[], closed: readonly string[] = []) {
  const asked: string[] = [];
  const allowed = <T>(kind: string, found: T): Promise<T> => {
    asked.push(kind);
    return closed.includes(kind)
      ? Promise.reject(new KubernetesError(`the cluster answers 403 for ${kind}`, 403))
      : Promise.resolve(found);
  };
  const reader = {
    read: ({ kind, name }: ObjectName) => {
      const found = objects.find((each) => each.kind === kind && each.metadata?.name === name);
      return allowed(kind, found);
    },
    list: ({ kind }: Omit<ObjectName, "name">, labels: Readonly<Record<string, string>> = {}) => {
      const carries = ({ metadata }: Anything) =>
        Object.entries(labels).every(([key, value]) => metadata?.labels?.[key] === value);
      return allowed(
        kind,
        objects.filter((each) => each.kind === kind && carries(each)),
      );
    },
  } as KubernetesReader;
  return { reader, asked };
}
