import assert from "node:assert/strict";
import type { CheckContext } from "../../src/checks/check";
import { claimInUse } from "../../src/checks/cluster/surroundings";
import { storageCauses } from "../../src/doctor/causes/storage";
import { healthy } from "../doctor/snapshots";
import { gathered, readerOf } from "../support/clusterFacts";

const registry = {
  context: "ottawa",
  namespace: "zot",
  host: "oci.killinit.cc",
  pod: "zot-0",
  claim: "zot-pvc-zot-0",
  pullSecret: { name: "zot-pull-secret", username: "puller-1", namespaces: [] },
  workloads: [],
};
const pod = {
  spec: { volumes: [{ persistentVolumeClaim: { claimName: "zot-pvc-zot-0" } }] },
  status: { phase: "Running", containerStatuses: [] },
};

/** What the check and the doctor say of a claim. */
async function judged(claim: object | undefined) {
  const reader = readerOf({
    "Pod zot-0": pod,
    "PersistentVolumeClaim zot-pvc-zot-0": claim,
  });
  const [finding] = [await claimInUse(registry, reader).run({} as CheckContext)].flat();
  const cluster = await gathered(reader, registry);
  const causes = storageCauses.flatMap((cause) => cause.find({ ...healthy, cluster }));
  return { finding, causes };
}

const bound = { metadata: {}, status: { phase: "Bound", capacity: { storage: "20Gi" } } };

describe("the registry's claim, to a check and to the doctor", () => {
  for (const [name, claim, words] of [
    ["is not there", undefined, /there is no claim zot\/zot-pvc-zot-0/],
    ["waits for a volume", { metadata: {}, status: { phase: "Pending" } }, /Pending/],
    [
      "was deleted, and lives as long as the pod that mounts it",
      { ...bound, metadata: { deletionTimestamp: "2026-06-01T12:00:00Z" } },
      /^deleted at 2026-06-01T12:00:00Z: its images are lost when the pod ends$/,
    ],
  ] as const)
    it(`${name}: both say so`, async () => {
      const { finding, causes } = await judged(claim);
      assert.equal(finding?.status, "failed");
      assert.match(finding.detail, words);
      assert.match(causes[0]?.detail ?? "fine", words);
    });

  it("is bound: neither has anything to say", async () => {
    const { finding, causes } = await judged(bound);
    assert.equal(finding?.status, "passed", finding?.detail);
    assert.deepEqual(causes, []);
  });
});
