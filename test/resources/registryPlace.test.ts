import assert from "node:assert/strict";
import type { KubernetesReader, ObjectName } from "../../src/cluster/kubernetes";
import { registryPlaceIn, type RegistryPlaceInputs } from "../../src/resources/registryPlace";

const place: RegistryPlaceInputs = {
  context: "ottawa",
  uid: "one",
  namespace: "zot",
  claim: "zot-pvc-zot-0",
};
const nothing = {} as RegistryPlaceInputs;

/** A cluster with these objects, by kind and name; `asked` counts the looks at it. */
function clusterWith(objects: Record<string, object>, minor = 34) {
  const asked: string[] = [];
  const reader = {
    read: ({ kind, namespace, name }: ObjectName) => {
      const key = [kind, namespace, name].filter(Boolean).join("/");
      asked.push(key);
      return Promise.resolve(objects[key]);
    },
  } as unknown as KubernetesReader;
  const { provider } = registryPlaceIn(
    () => Promise.resolve(reader),
    () => Promise.resolve({ major: 1, minor }),
  );
  return {
    asked,
    check: (olds: RegistryPlaceInputs, news: RegistryPlaceInputs) => provider.check(olds, news),
  };
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

    it("is not refused to come and to go, where pods can drain", async () => {
      const claimed = { ...place, own: true };
      const bucket = { ...inBucket, own: true };
      const reason = async (
        olds: RegistryPlaceInputs,
        news: RegistryPlaceInputs,
        minor: number,
      ) => {
        const { failures } = await clusterWith(lost, minor).check(olds, news);
        return failures[0]?.reason;
      };
      assert.equal(await reason(claimed, inBucket, 30), undefined);
      assert.equal(await reason(bucket, place, 29), undefined);
      for (const olds of [claimed, nothing])
        assert.match(
          (await reason(olds, inBucket, 29)) ?? "",
          /^zot-fleet:registry\.storage\.s3 needs Kubernetes 1\.30, and the cluster runs 1\.29: /,
        );
      // It got there, whatever was said of the cluster then.
      assert.equal(await reason(bucket, inBucket, 29), undefined);
    });
  });
});
