import type { Snapshot } from "../../src/doctor/snapshot";
import { backendLines } from "./backendLines";
import {
  healthy,
  healthyCluster,
  host,
  withCluster,
  withoutCluster,
  withPod,
  withRegistry,
  withReplicas,
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

const crashing = { ready: false, reason: "CrashLoopBackOff", age: 30, restarts: 4 };

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
    "ZD115",
    "its storage is away",
    withRegistry({
      images: [],
      storageAway: `https://${host}: the storage behind the registry does not answer`,
    }),
    withRegistry({ images: [] }),
  ],
  [
    "ZD116",
    "the address takes connections and answers nothing, and no cluster is known",
    withoutCluster(
      withRegistry({
        reach: {
          reason: "timeout",
          message: `GET /v2/ at https://${host}: connected, but no answer in time`,
        },
      }),
    ),
    withoutCluster(withRegistry({ reach: { status: 401 } })),
  ],
  [
    "ZD116",
    "a limit of requests, and no cluster is known",
    withoutCluster(withRegistry({ reach: { status: 429 } })),
    withoutCluster(healthy),
  ],
  [
    "ZD117",
    "the catalog answers 500",
    withRegistry({
      unread: [
        `GET /v2/_catalog at https://${host}: 500 Internal Server Error, without a registry's error in the body`,
      ],
    }),
    healthy,
  ],
  [
    "ZD118",
    "a volume that was full left an empty index.json",
    withRegistry({ torn: ["team/new"] }),
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
  [
    "ZD101",
    "no pod of several is there",
    (() => {
      const { cluster, ...rest } = withReplicas();
      return {
        ...rest,
        registry: { ...rest.registry, reach: down },
        cluster: { ...(cluster ?? healthyCluster()), registryPods: [] },
      };
    })(),
    withReplicas(),
  ],
  [
    "ZD101",
    "every pod of several crashes",
    withReplicas(crashing, crashing),
    withReplicas({ restarts: 4 }),
  ],
  [
    "ZD102",
    "every pod of several starts",
    withReplicas({ ready: false, age: 20 }, { ready: false, age: 20 }),
    // A rollout.
    withReplicas({ ready: false, age: 20 }),
  ],
  [
    "ZD109",
    "one pod is ready, and the address does not answer",
    {
      ...withReplicas({ ready: false, age: 20 }),
      registry: withRegistry({ reach: down }).registry,
    },
    withReplicas({ ready: false, age: 20 }),
  ],
  ["ZD110", "one pod of several crashes", withReplicas(crashing), withReplicas()],
  [
    "ZD110",
    "one pod of several ran out of memory again and again",
    withReplicas({ ready: false, age: 9000, restarts: 3, reason: "OOMKilled" }),
    withReplicas({ restarts: 3 }),
  ],
  [
    "ZD111",
    "Redis went away",
    withReplicas({ log: backendLines.redis.refusedWhileRunning }),
    withReplicas({
      log: `${backendLines.redis.refusedWhileRunning}\n${backendLines.redis.served}`,
    }),
  ],
  [
    "ZD111",
    "Redis refuses a pod that starts, beside others",
    withReplicas({ ready: false, age: 20, log: backendLines.redis.wrongPassword }),
    // Days ago, in a log of errors alone.
    (() => {
      const snapshot = withReplicas({ log: backendLines.redis.refusedWhileRunning });
      return { ...snapshot, now: snapshot.now + 3_600_000 };
    })(),
  ],
  [
    "ZD112",
    "the bucket is not there for a pod that starts",
    withReplicas({ ready: false, age: 20, log: backendLines.bucket.absent }),
    // It started before, and was started again.
    withReplicas({ log: backendLines.bucket.absent }),
  ],
  [
    "ZD113",
    "Redis was emptied",
    withReplicas({ log: backendLines.emptied }),
    withReplicas({ log: backendLines.emptied.replace("a/b", "docker.io/library/redis") }),
  ],
  [
    "ZD114",
    "dedupe is left on over a bucket",
    { ...withReplicas(), registry: withRegistry({ dedupesBucket: true }).registry },
    withReplicas(),
  ],
];
