import assert from "node:assert/strict";
import type { CheckContext } from "../../src/checks/check";
import { clusterChecks } from "../../src/checks/cluster/clusterChecks";
import { podsDrain, podsReady } from "../../src/checks/cluster/pods";
import { claimInUse } from "../../src/checks/cluster/surroundings";
import type { ClusterExpectations } from "../../src/checks/expectations";
import { clusterOf, nodeNamed, podNamed } from "../support/registryPods";

const bucket = "images/registries/ottawa";
const one: ClusterExpectations = {
  context: "ottawa",
  namespace: "zot",
  host: "oci.fleet.test",
  pullSecret: { name: "zot-pull-secret", username: "puller-1", namespaces: [] },
  workloads: [],
};
const expected = { ...one, replicas: { count: 2, drain: 15, bucket } };

/** What a check finds, a line each. */
async function told(
  check: typeof podsReady,
  objects: Parameters<typeof clusterOf>[0],
  closed: string[] = [],
  asked: ClusterExpectations = expected,
): Promise<string[]> {
  const found = [
    await check(asked, clusterOf(objects, closed).reader).run({} as CheckContext),
  ].flat();
  return found.map(({ status, subject, detail, mayLag }) =>
    [
      status,
      ...(mayLag ? ["(may lag)"] : []),
      ...(subject === undefined ? [] : [subject]),
      detail,
    ].join(" "),
  );
}

describe("the checks of several pods", () => {
  it("run where several are declared, and nowhere else", () => {
    const codes = (asked: ClusterExpectations) =>
      clusterChecks(asked, clusterOf([]).reader).map(({ code }) => code);
    const others = codes({ ...one, pod: "zot-0", claim: "zot-pvc-zot-0" });
    assert.deepEqual(
      codes(expected).filter((code) => !others.includes(code)),
      ["ZF507", "ZF508", "ZF509"],
    );
  });

  it("say of a claim that the images are in the bucket", async () => {
    assert.deepEqual(await told(claimInUse, []), [
      `skipped there is no claim: the images lie in the bucket ${bucket}`,
    ]);
  });
});

describe("as many pods as declared", () => {
  const nodes = [nodeNamed("node-1"), nodeNamed("node-2")];
  const apart = [podNamed("zot-a"), podNamed("zot-b", { node: "node-2" })];

  it("are ready, on several nodes", async () => {
    assert.deepEqual(await told(podsReady, [...apart, ...nodes]), [
      "passed 2 of 2 are ready, on node-1, node-2",
    ]);
    // One more than declared, while a rollout is under way.
    const surge = podNamed("zot-c");
    assert.deepEqual(await told(podsReady, [...apart, surge, ...nodes]), [
      "passed 3 of 2 are ready, on node-1, node-2",
    ]);
  });

  it("are late where one waits, ends or was evicted", async () => {
    const rest = [podNamed("zot-a"), ...nodes];
    const waits = podNamed("zot-b", { ready: false, phase: "Pending" });
    const crashes = podNamed("zot-b", { ready: false, reason: "CrashLoopBackOff" });
    const ends = podNamed("zot-b", { ending: true });
    const gone = podNamed("zot-b", { phase: "Failed", ready: false });
    for (const [other, words] of [
      [waits, ", zot-b is Pending"],
      [crashes, ", zot-b is CrashLoopBackOff"],
      [ends, ""],
      [gone, ""],
    ] as const)
      assert.deepEqual(await told(podsReady, [...rest, other]), [
        `failed (may lag) 1 of 2 are ready${words}`,
      ]);
    assert.deepEqual(await told(podsReady, nodes), ["failed (may lag) 0 of 2 are ready"]);
  });

  it("are a warning where all are on one node, and others take pods", async () => {
    const together = [podNamed("zot-a"), podNamed("zot-b")];
    const [, spread] = await told(podsReady, [...together, ...nodes]);
    assert.equal(spread, "warning node-1 all pods are on it, and 1 more nodes take pods");
    const taint = (effect: string) => ({ taints: [{ key: "a", effect }] });
    const closed = [
      nodeNamed("node-1"),
      nodeNamed("cordoned", { unschedulable: true }),
      nodeNamed("control", taint("NoSchedule")),
      nodeNamed("away", {}, "Unknown"),
    ];
    const [, alone] = await told(podsReady, [...together, ...closed]);
    assert.equal(alone, "skipped node-1 the cluster has no other node that takes pods");
    const spare = nodeNamed("spare", taint("PreferNoSchedule"));
    assert.match((await told(podsReady, [...together, ...closed, spare]))[1] ?? "", /^warning/);
  });

  it("are not called spread by who may not list nodes", async () => {
    const together = [podNamed("zot-a"), podNamed("zot-b")];
    const [ready, spread] = await told(podsReady, together, ["Node"]);
    assert.match(ready ?? "", /^passed/);
    assert.match(spread ?? "", /^skipped node-1 .*not known: the cluster answers 403 for Node/);
  });

  it("are one, on whichever node", async () => {
    const single = { ...expected, replicas: { ...expected.replicas, count: 1 } };
    assert.deepEqual(await told(podsReady, [podNamed("zot-a"), ...nodes], [], single), [
      "passed 1 of 1 are ready, on node-1",
    ]);
  });
});

describe("pods that drain", () => {
  it("sleep as long as declared, and are killed later than that", async () => {
    assert.deepEqual(await told(podsDrain, [podNamed("zot-a"), podNamed("zot-b")]), [
      "passed zot-a preStop sleeps 15 s of 60 s",
      "passed zot-b preStop sleeps 15 s of 60 s",
    ]);
  });

  it("are late where one was made before the patch, or for another drain", async () => {
    const pods = [podNamed("zot-a", { drain: 0 }), podNamed("zot-b", { drain: 5 })];
    assert.deepEqual(await told(podsDrain, pods), [
      "failed (may lag) zot-a it has no preStop sleep: it ends at once",
      "failed (may lag) zot-b its preStop sleeps 5 s; 15 s are declared",
    ]);
  });

  it("are a fault where the grace period ends first", async () => {
    assert.deepEqual(await told(podsDrain, [podNamed("zot-a", { grace: 15 })]), [
      "failed zot-a preStop sleeps 15 s, and it is killed after 15 s",
    ]);
  });

  it("are those that stay: what ends already is past it", async () => {
    const pods = [podNamed("zot-a", { drain: 0, ending: true }), podNamed("zot-b")];
    assert.deepEqual(await told(podsDrain, pods), ["passed zot-b preStop sleeps 15 s of 60 s"]);
    assert.deepEqual(await told(podsDrain, pods.slice(0, 1)), [
      "failed (may lag) there is no pod in zot",
    ]);
  });
});
