import assert from "node:assert/strict";
import { helmRecords } from "../../src/cluster/helmRecords";
import { readRelease, stuckPod } from "../../src/cluster/readRelease";
import { progress } from "../../src/resources/progress";
import { repair } from "../../src/resources/deployments/releaseRepair";
import { releaseRepair, type ReleaseRepairInputs } from "../../src/resources/releaseRepair";
import { isOurs } from "../../src/zot/chartValues";
import { MemoryCluster, namespace, recordOf, type Revision } from "../support/helmRelease";

const release = { namespace, name: "zot" };
const news: ReleaseRepairInputs = { context: "c", ...release, timeout: 900, wanted: "first" };

const manifest = `
apiVersion: v1
kind: Service
metadata: { name: zot }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zot }
spec: { replicas: 1, template: { spec: { containers: [{ name: zot, image: "zot:1" }] } } }
`;
const edited = manifest.replace(
  `image: "zot:1"`,
  `image: "zot:2", env: [{ name: "ADDED", value: "1" }]`,
);

const set = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "zot", namespace } };
const service = { apiVersion: "v1", kind: "Service", metadata: { name: "zot", namespace } };
const podOf = (revision: string, status: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "zot-0",
    namespace,
    uid: "pod-1",
    labels: { "controller-revision-hash": revision },
  },
  status,
});
const crashing = {
  containerStatuses: [{ restartCount: 3, state: { waiting: { reason: "CrashLoopBackOff" } } }],
};

const clusterOf = async (revisions: Revision[], ...objects: object[]) =>
  new MemoryCluster([...(await Promise.all(revisions.map(recordOf))), ...objects]);

const checked = async (
  cluster: MemoryCluster,
  olds: Partial<ReleaseRepairInputs>,
  wanted = "first",
) => {
  const look = await readRelease(cluster.reader, release, isOurs);
  const none = look.newest === undefined ? { none: true } : {};
  const { inputs, failures } = await releaseRepair.provider.check(olds as ReleaseRepairInputs, {
    ...news,
    wanted,
    found: look,
    ...none,
  });
  assert.deepEqual(failures, []);
  return inputs;
};

describe("the repair of a Helm release", () => {
  const said: string[] = [];
  const { say } = progress;
  before(() => (progress.say = (line) => said.push(line)));
  beforeEach(() => said.splice(0));
  after(() => (progress.say = say));

  for (const status of ["pending-install", "pending-upgrade", "pending-rollback", "uninstalling"])
    it(`closes a revision that is ${status}, and leaves the deployed one as it is`, async () => {
      const cluster = await clusterOf([
        { revision: 4, status: "deployed", manifest },
        { revision: 5, status, manifest },
      ]);
      const deployed = JSON.stringify(cluster.find("Secret", "sh.helm.release.v1.zot.v4"));
      const inputs = await checked(cluster, news);
      assert.equal(inputs.given, 900);
      assert.equal(inputs.repair, "revision 5 of 2026-06-01T10:00:00Z did not end");
      await repair(inputs, cluster);
      const [kept, closed] = await helmRecords(cluster.reader, release);
      assert.deepEqual(
        [kept?.status, closed?.status, closed?.content?.info?.status],
        ["deployed", "failed", "failed"],
      );
      assert.equal(closed?.manifest, manifest);
      assert.equal(JSON.stringify(cluster.find("Secret", "sh.helm.release.v1.zot.v4")), deployed);
      // Until the upgrade that follows has ended it is the same repair, and no other one.
      assert.equal((await checked(cluster, inputs)).repair, inputs.repair);
    });

  it("has the same text when all is well again, so that the preview is empty", async () => {
    const cluster = await clusterOf(
      [{ revision: 6, status: "deployed", manifest }],
      set,
      service,
      podOf("a", {}),
    );
    const olds = { ...news, repair: "revision 5 of 2026-06-01T10:00:00Z did not end" };
    const inputs = await checked(cluster, olds);
    assert.equal(inputs.repair, olds.repair);
    assert.deepEqual(await releaseRepair.provider.diff("", olds, inputs), { changes: false });
    const first = await checked(cluster, {});
    assert.equal(first.repair, "");
    // A state that has none of it, or had it made when nothing was wrong.
    assert.deepEqual(await releaseRepair.provider.diff("", news, first), { changes: false });
  });

  it("waits until nobody can be at it any more, by the API server's clock", async () => {
    const begun = "2026-06-01T11:58:00Z";
    const cluster = await clusterOf([{ revision: 5, status: "pending-upgrade", begun }]);
    const inputs = { ...(await checked(cluster, news)), timeout: 100, given: 130 };
    await repair(inputs, cluster);
    assert.ok((await cluster.now()) >= Date.parse(begun) + 130_000);
    assert.match(
      said[0] ?? "",
      /revision 5 .* waiting for whoever began it until 2026-06-01T12:00:10.000Z/,
    );
    assert.deepEqual(cluster.written, ["replace Secret sh.helm.release.v1.zot.v5"]);
  });

  it("closes nothing where the operation ends while it waits", async () => {
    const begun = "2026-06-01T11:58:00Z";
    const cluster = await clusterOf([{ revision: 5, status: "pending-upgrade", begun }]);
    const ended = await recordOf({ revision: 5, status: "deployed", begun });
    cluster.onSleep = () => {
      cluster.forget("Secret", "sh.helm.release.v1.zot.v5");
      cluster.objects.push(ended);
    };
    await repair(await checked(cluster, news), cluster);
    assert.deepEqual(cluster.written, []);
  });

  for (const [title, revision] of [
    ["an upgrade by helm", { status: "pending-upgrade", writer: "helm" }],
    ["another chart's", { status: "pending-install", values: { replicas: 3 } }],
  ] as const)
    it(`stops at ${title}, and names it`, async () => {
      const cluster = await clusterOf([{ revision: 5, ...revision }]);
      await assert.rejects(
        repair(await checked(cluster, news), cluster),
        new RegExp(
          `${"writer" in revision ? "helm" : "pulumi"}.* is working on Helm's release registry/zot: revision 5`,
        ),
      );
      assert.deepEqual(cluster.written, []);
    });

  it("takes back what a cut upgrade added where it is not wanted any more, and only there", async () => {
    const revisions = [
      { revision: 4, status: "deployed", manifest },
      { revision: 5, status: "pending-upgrade", manifest: edited },
    ];
    const again = await clusterOf(revisions, set, service);
    await repair(await checked(again, news), again);
    assert.deepEqual(again.written, ["replace Secret sh.helm.release.v1.zot.v5"]);

    const back = await clusterOf(revisions, set, service);
    await repair(await checked(back, news, "second"), back);
    assert.deepEqual(back.written, [
      "replace Secret sh.helm.release.v1.zot.v5",
      `patch {"template":{"spec":{"containers":[{"image":"zot:1","env":null,"name":"zot"}]}}} StatefulSet zot`,
    ]);
  });

  it("has Helm make again what was deleted by hand", async () => {
    const cluster = await clusterOf([{ revision: 4, status: "deployed", manifest }], service);
    const inputs = await checked(cluster, news);
    assert.equal(inputs.repair, "StatefulSet zot of revision 4 of 2026-06-01T10:00:00Z gone");
    await repair(inputs, cluster);
    assert.deepEqual(cluster.written, []);
  });

  it("gives Helm something to upgrade where it has nothing of a release that was there", async () => {
    const cluster = await clusterOf([]);
    assert.equal((await checked(cluster, {})).repair, "");
    const inputs = await checked(cluster, news);
    assert.equal(inputs.repair, "Helm had no revision (1)");
    await repair(inputs, cluster);
    const [record] = await helmRecords(cluster.reader, release);
    assert.deepEqual([record?.revision, record?.status, record?.manifest], [1, "failed", ""]);
    // Lost once more, it is another repair.
    assert.equal(
      (await checked(await clusterOf([]), { ...news, repair: "Helm had no revision (1)" })).repair,
      "Helm had no revision (2)",
    );
  });

  it("refuses a release that the stack did not make and nobody wants to be taken over", async () => {
    const taken = "revision 3 of zot-0.1.98";
    const none = {} as ReleaseRepairInputs;
    const { failures } = await releaseRepair.provider.check(none, { ...news, taken });
    assert.match(failures[0]?.reason ?? "", /revision 3 of zot-0\.1\.98.*registry\.adopt/);
    assert.deepEqual((await releaseRepair.provider.check(news, { ...news, taken })).failures, []);
  });

  describe("of a pod that can never become ready", () => {
    const cases: [string, object, string | undefined][] = [
      ["crashes", crashing, "CrashLoopBackOff"],
      [
        "runs between two crashes",
        {
          containerStatuses: [
            {
              restartCount: 2,
              state: { running: {} },
              lastState: { terminated: { reason: "Error" } },
            },
          ],
        },
        "Error",
      ],
      [
        "has no node",
        { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }] },
        "Unschedulable",
      ],
      [
        "is slow to start",
        { containerStatuses: [{ restartCount: 0, state: { running: {} } }] },
        undefined,
      ],
      [
        "crashed once and is ready",
        {
          conditions: [{ type: "Ready", status: "True" }],
          containerStatuses: [
            {
              restartCount: 1,
              state: { running: {} },
              lastState: { terminated: { reason: "Error" } },
            },
          ],
        },
        undefined,
      ],
    ];
    for (const [title, status, why] of cases)
      it(`is ${why === undefined ? "not asked for" : "seen"} where it ${title}`, () => {
        assert.equal(stuckPod(set as never, podOf("a", status) as never)?.why, why);
      });

    const live = (updateRevision: string) => ({ ...set, status: { updateRevision } });
    const revisions = [{ revision: 4, status: "deployed", manifest }];

    it("takes it away where another release is wanted, or where its StatefulSet waits for it", async () => {
      const same = await clusterOf(revisions, live("a"), service, podOf("a", crashing));
      assert.equal((await checked(same, news)).repair, "");
      for (const [wanted, updateRevision] of [
        ["second", "a"],
        ["first", "b"],
      ] as const) {
        const cluster = await clusterOf(
          revisions,
          live(updateRevision),
          service,
          podOf("a", crashing),
        );
        cluster.onSleep = () => {
          cluster.forget("Pod", "zot-0");
        };
        const inputs = await checked(cluster, news, wanted);
        assert.equal(inputs.repair, "pod zot-0 pod-1 did not start");
        await repair(inputs, cluster);
        assert.deepEqual(cluster.written, [`patch {"replicas":0} StatefulSet zot`]);
      }
    });
  });
});
