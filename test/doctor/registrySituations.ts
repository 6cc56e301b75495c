import type { Snapshot } from "../../src/doctor/snapshot";
import {
  healthy,
  healthyCluster,
  withCluster,
  withoutCluster,
  withPod,
  withRegistry,
} from "./snapshots";

const down = { reason: "unreachable" as const, message: "cannot reach it: connection refused" };

const full =
  '{"time":"2026-05-31T06:53:01.9Z","level":"error","message":"failed to initialize repo","error":"write /var/lib/registry/team/big/oci-layout: no space left on device"}';

const cut = {
  revision: 5,
  begun: "2026-05-31T20:00:00Z",
  writer: "pulumi-kubernetes",
  chart: "zot-0.1.122",
  ours: true,
};

/** What is wrong with the registry itself, or the way to it. */
export const registrySituations: [
  code: string,
  name: string,
  broken: Snapshot,
  control: Snapshot,
][] = [
  [
    "ZD101",
    "the registry's pod crashes",
    withPod({ ready: false, reason: "CrashLoopBackOff", age: 30, restarts: 4 }),
    withPod({ restarts: 4 }),
  ],
  [
    "ZD101",
    "the registry has no pod",
    (() => {
      const { registryPods: _, ...rest } =
        withRegistry({ reach: down }).cluster ?? healthyCluster();
      return { ...withRegistry({ reach: down }), cluster: rest };
    })(),
    healthy,
  ],
  [
    "ZD101",
    "nothing listens, and no cluster is known",
    withoutCluster(withRegistry({ reach: down })),
    withoutCluster(healthy),
  ],
  [
    "ZD109",
    "the pod is ready, and nobody listens at the address",
    withRegistry({ reach: down }),
    healthy,
  ],
  ["ZD109", "a gateway finds no pod", withRegistry({ reach: { status: 503 } }), healthy],
  ["ZD109", "a gateway knows no route", withRegistry({ reach: { status: 404 } }), healthy],
  [
    "ZD109",
    "a login page answers",
    withRegistry({ reach: { status: 302 } }),
    withRegistry({ reach: { status: 401 } }),
  ],
  ["ZD102", "the registry starts", withPod({ ready: false, age: 20 }), withPod({ age: 20 })],
  [
    "ZD103",
    "the certificate is another's",
    withRegistry({ reach: { reason: "tls", message: "its certificate is for other names" } }),
    healthy,
  ],
  [
    "ZD104",
    "the host name is unknown",
    withRegistry({
      reach: { reason: "unreachable", message: "the host name is not known (DNS)" },
    }),
    healthy,
  ],
  [
    "ZD105",
    "a gateway refuses the route",
    withCluster({
      route: {
        name: "zot",
        parents: [
          { gateway: "private", accepted: false, message: "Accepted is False: NotAllowed" },
        ],
      },
    }),
    healthy,
  ],
  [
    "ZD106",
    "the volume is full",
    withPod({ log: full }),
    withPod({
      log: `${full}\n{"message":"HTTP API","method":"PUT","path":"/v2/team/app/manifests/v2","statusCode":201}`,
    }),
  ],
  [
    "ZD107",
    "the claim waits",
    withCluster({
      claim: { name: "zot-pvc-zot-0", problem: { kind: "unbound", words: "Pending" } },
    }),
    healthy,
  ],
  [
    "ZD108",
    "Helm's upgrade was cut",
    withCluster({ unfinished: { ...cut, status: "pending-upgrade" } }),
    healthy,
  ],
  [
    "ZD108",
    "Helm's upgrade failed",
    withCluster({ unfinished: { ...cut, status: "failed" } }),
    healthy,
  ],
  [
    "ZD108",
    "somebody else's rollback was cut",
    withCluster({ unfinished: { ...cut, status: "pending-rollback", ours: false } }),
    healthy,
  ],
];
