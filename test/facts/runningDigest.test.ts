import assert from "node:assert/strict";
import type { CheckContext } from "../../src/checks/check";
import { workloadsCurrent } from "../../src/checks/cluster/surroundings";
import type { KubernetesReader, ObjectName } from "../../src/cluster/kubernetes";
import { diagnose } from "../../src/doctor/diagnose";
import { gatherCluster } from "../../src/doctor/gatherCluster";
import { findRunners } from "../../src/reports/inspect/runners";
import { digest, healthy, host, image } from "../doctor/snapshots";

const { digest: current = "" } = image;
const name = `${host}/team/app:v1`;

/** A Deployment whose only pod has this metadata and runs this. */
function clusterWith(imageID: string, metadata: object = {}): KubernetesReader {
  const pod = {
    metadata: { namespace: "team", name: "web-1", ...metadata },
    spec: { nodeName: "node-1", containers: [{ name: "app", image: name }] },
    status: { containerStatuses: [{ name: "app", imageID, state: { running: {} } }] },
  };
  const deployment = { spec: { selector: { matchLabels: { app: "web" } } } };
  return {
    read: <T>() => Promise.resolve(deployment as T),
    list: <T>({ kind }: Omit<ObjectName, "name">) =>
      Promise.resolve((kind === "Pod" ? [pod] : []) as T[]),
  };
}

/** What `verify`, `doctor` and `inspect` say of the same pod. */
async function seen(reader: KubernetesReader) {
  const workload = { namespace: "team", kind: "Deployment" as const, name: "web" };
  const expected = {
    context: "fleet",
    namespace: "zot",
    host,
    pod: "zot-0",
    claim: "zot-pvc-zot-0",
    pullSecret: { name: "zot-pull-secret", username: "puller-1", namespaces: [] },
    workloads: [{ ...workload, repository: "team/app", digests: [current, ...image.children] }],
  };
  const findings = [await workloadsCurrent(expected, reader).run({} as CheckContext)].flat();
  const cluster = await gatherCluster({
    reader,
    context: "fleet",
    host,
    tryAccount: () => Promise.resolve(undefined),
    log: () => Promise.resolve(""),
    now: healthy.now,
  });
  const inspected = { repository: "team/app", digest: current, images: [] };
  const runners = await findRunners(reader, [host], inspected);
  return {
    check: findings.map(({ status }) => status),
    doctor: diagnose({ ...healthy, cluster }).map(({ code }) => code),
    inspect: runners.map((runner) => [runner.digest, runner.current]),
  };
}

describe("what a pod runs", () => {
  it("is the digest behind the repository, to all who ask", async () => {
    assert.deepEqual(await seen(clusterWith(`${host}/team/app@${current}`)), {
      check: ["passed"],
      doctor: [],
      inspect: [[current, true]],
    });
    assert.deepEqual(await seen(clusterWith(`docker-pullable://${host}/team/app@${digest("e")}`)), {
      check: ["failed"],
      doctor: ["ZD305"],
      inspect: [[digest("e"), false]],
    });
  });

  it("is unknown where the runtime tells the image's ID alone, which is the config's digest", async () => {
    assert.deepEqual(await seen(clusterWith(digest("e"))), {
      check: ["skipped"],
      doctor: [],
      inspect: [[undefined, false]],
    });
  });

  it("is nobody's concern while the pod is being taken away", async () => {
    const leaving = { deletionTimestamp: "2026-06-01T00:00:00Z" };
    assert.deepEqual(await seen(clusterWith(`${host}/team/app@${digest("e")}`, leaving)), {
      check: ["skipped"],
      doctor: [],
      inspect: [],
    });
  });
});
