import assert from "node:assert/strict";
import { readClusterStatus } from "../../../src/reports/status/readClusterStatus";
import type { ClusterExpectations } from "../../../src/checks/expectations";
import { clusterOf, podNamed } from "../../support/registryPods";

const around: ClusterExpectations = {
  context: "ottawa",
  namespace: "zot",
  host: "oci.fleet.test",
  pullSecret: { name: "zot-pull-secret", username: "puller-1", namespaces: [] },
  workloads: [],
};
const bucket = "images/registries/ottawa";
const several = { ...around, replicas: { count: 2, drain: 15, bucket } };
const claimed = { ...around, pod: "zot-0", claim: "zot-pvc-zot-0" };

const seen = (
  expected: ClusterExpectations,
  objects: Parameters<typeof clusterOf>[0],
  closed: string[] = [],
) => readClusterStatus(expected, () => Promise.resolve(clusterOf(objects, closed).reader));

describe("what the cluster tells of a registry of several pods", () => {
  it("is the bucket, whose use nobody measures, and the version of its pods", async () => {
    assert.deepEqual(await seen(several, [podNamed("zot-a"), podNamed("zot-b")]), {
      storage: {
        unknown: `the images are in ${bucket}: what they take of a bucket is not measured`,
      },
      version: "2.1.18",
    });
  });

  it("is both versions while an upgrade is under way, in their order", async () => {
    const newer = podNamed("zot-a", { image: "ghcr.io/project-zot/zot:v2.1.18" });
    const older = podNamed("zot-b", { image: "ghcr.io/project-zot/zot:v2.1.9" });
    assert.equal((await seen(several, [newer, older])).version, "2.1.9 and 2.1.18");
  });

  it("is the bucket alone where no pod is there", async () => {
    assert.deepEqual(Object.keys(await seen(several, [])), ["storage"]);
  });

  it("is a reason where it cannot be asked", async () => {
    assert.deepEqual(await seen(several, [], ["Pod"]), {
      storage: { unknown: "the cluster answers 403 for Pod" },
    });
  });

  it("is the claim of the one pod, as it was", async () => {
    const claim = {
      kind: "PersistentVolumeClaim",
      metadata: { name: "zot-pvc-zot-0" },
      status: { phase: "Bound", capacity: { storage: "20Gi" } },
    };
    const { metadata, status, kind, spec } = podNamed("zot-0");
    const { nodeName: _, ...homeless } = spec ?? { containers: [] };
    assert.deepEqual(
      await seen(claimed, [claim, { kind, metadata, status, spec: homeless } as never]),
      {
        storage: { capacity: "20Gi", unknown: "the pod zot/zot-0 is on no node" },
        version: "2.1.18",
      },
    );
  });
});
