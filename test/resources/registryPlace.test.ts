import assert from "node:assert/strict";
import type { KubernetesReader, ObjectName } from "../../src/cluster/kubernetes";
import { progress } from "../../src/resources/progress";
import { registryPlaceIn, type RegistryPlaceInputs } from "../../src/resources/registryPlace";

const place: RegistryPlaceInputs = {
  context: "ottawa",
  uid: "one",
  namespace: "zot",
  claim: "zot-pvc-zot-0",
};
const nothing = {} as RegistryPlaceInputs;

/** A cluster with these objects, by kind and name; `asked` counts the looks at it. */
function clusterWith(objects: Record<string, object>) {
  const asked: string[] = [];
  const reader = {
    read: ({ kind, namespace, name }: ObjectName) => {
      const key = [kind, namespace, name].filter(Boolean).join("/");
      asked.push(key);
      return Promise.resolve(objects[key]);
    },
  } as unknown as KubernetesReader;
  const provider = registryPlaceIn(() => Promise.resolve(reader)).provider;
  return {
    asked,
    check: (olds: RegistryPlaceInputs, news: RegistryPlaceInputs) => provider.check(olds, news),
    diff: (olds: RegistryPlaceInputs, news: RegistryPlaceInputs) => provider.diff("id", olds, news),
  };
}

/** What the engine shows of it meanwhile. */
async function said(work: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const { say } = progress;
  progress.say = (line) => void lines.push(line);
  try {
    await work();
  } finally {
    progress.say = say;
  }
  return lines.join("\n");
}

const labelledBy = (manager: string) => ({
  metadata: {
    managedFields: [
      {
        manager,
        fieldsV1: { "f:metadata": { "f:labels": { "f:pod-security.kubernetes.io/enforce": {} } } },
      },
    ],
  },
});
const claimOf = (storageClassName: string) => ({ spec: { storageClassName } });

describe("the place of a registry", () => {
  const own = async (objects: Record<string, object>, olds = nothing) =>
    (await clusterWith(objects).check(olds, place)).inputs.own;

  it("calls a namespace its own that is not there yet, or that a stack has labelled, and no other", async () => {
    assert.equal(await own({}), true);
    assert.equal(await own({ "Namespace/zot": {} }), false);
    assert.equal(await own({ "Namespace/zot": labelledBy("kubectl-label") }), false);
    assert.equal(await own({ "Namespace/zot": labelledBy("pulumi-kubernetes-1a2b3c4d") }), true);
  });

  it("keeps what it found, and asks no cluster again", async () => {
    for (const known of [true, false]) {
      const { asked, check } = clusterWith({ "Namespace/zot": {} });
      const { inputs, failures } = await check({ ...place, own: known }, place);
      assert.deepEqual([inputs.own, failures, asked], [known, [], []]);
    }
  });

  it("looks anew in a cluster that was built anew", async () => {
    assert.equal(await own({ "Namespace/zot": {} }, { ...place, uid: "before", own: true }), false);
  });

  it("refuses to leave a namespace that holds the images, and names the line", async () => {
    const olds = { ...place, own: true };
    const news = { ...place, namespace: "registry" };
    const { failures } = await clusterWith({
      "PersistentVolumeClaim/zot/zot-pvc-zot-0": claimOf("standard"),
    }).check(olds, news);
    assert.match(failures[0]?.reason ?? "", /zot-fleet:registry\.namespace .*Set it to zot/);
    const { failures: none } = await clusterWith({}).check(olds, news);
    assert.deepEqual(none, []);
  });

  it("refuses another class than the claim's, and lets a wrong one be mended", async () => {
    const { check } = clusterWith({ "PersistentVolumeClaim/zot/zot-pvc-zot-0": claimOf("fast") });
    const reason = async (before: object, now: object) =>
      (await check({ ...place, own: true, ...before }, { ...place, ...now })).failures[0]?.reason;
    assert.match(
      (await reason({}, { storageClass: "slow" })) ?? "",
      /storage\.class is slow.*Set it to fast/,
    );
    assert.match((await reason({ storageClass: "fast" }, {})) ?? "", /is absent.*Set it to fast/);
    assert.equal(await reason({}, { storageClass: "fast" }), undefined);
    assert.equal(await reason({ storageClass: "slow" }, { storageClass: "fast" }), undefined);
    assert.equal(await reason({ storageClass: "slow" }, {}), undefined);
  });

  describe("of images in a bucket", () => {
    const { claim: _, ...inBucket } = place;
    const lost = { "PersistentVolumeClaim/zot/zot-pvc-zot-0": claimOf("fast") };

    it("is in no namespace and of no class: nothing is refused, and no claim is looked for", async () => {
      const olds = { ...inBucket, own: true };
      for (const news of [inBucket, { ...inBucket, namespace: "registry", storageClass: "slow" }]) {
        const { asked, check } = clusterWith({ ...lost, "Namespace/registry": {} });
        assert.deepEqual((await check(olds, news)).failures, []);
        assert.deepEqual((await check(nothing, news)).failures, []);
        assert.deepEqual(
          asked.filter((each) => !each.startsWith("Namespace")),
          [],
        );
      }
    });

    it("may be left for the claim that was kept, which has the class that it has", async () => {
      const { check } = clusterWith(lost);
      const olds = { ...inBucket, own: true };
      const reason = async (news: RegistryPlaceInputs) =>
        (await check(olds, news)).failures[0]?.reason;
      assert.equal(await reason(place), undefined);
      assert.equal(await reason({ ...place, storageClass: "fast" }), undefined);
      assert.match((await reason({ ...place, storageClass: "slow" })) ?? "", /Set it to fast/);
    });

    it("is told to come and to go, and not refused", async () => {
      const { check, diff } = clusterWith(lost);
      const claimed = { ...place, own: true };
      const bucket = { ...inBucket, own: true };
      assert.deepEqual((await check(claimed, inBucket)).failures, []);
      const [there, back] = [
        await said(() => diff(claimed, bucket)),
        await said(() => diff(bucket, claimed)),
      ];
      assert.match(there, /leaves the claim zot\/zot-pvc-zot-0 for a bucket: the claim is kept/);
      assert.match(back, /leaves its bucket for the claim zot\/zot-pvc-zot-0: the bucket is kept/);
      for (const same of [claimed, bucket])
        assert.equal(await said(() => diff(same, { ...same })), "");
    });
  });
});
