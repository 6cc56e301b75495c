import assert from "node:assert/strict";
import type { KubernetesObject } from "@kubernetes/client-node";
import type { KubernetesReader, ObjectName } from "../../src/cluster/kubernetes";
import { diagnose } from "../../src/doctor/diagnose";
import { gatherCluster } from "../../src/doctor/gatherCluster";
import { clusterOf, podNamed } from "../support/registryPods";
import { healthy, host, image } from "./snapshots";

const password = "a password that nobody may see";
const now = Date.parse("2026-06-01T00:00:00Z");

/** A cluster of these objects. */
function readerOf(objects: (KubernetesObject & Record<string, unknown>)[]): KubernetesReader {
  const within = (kind: string, namespace?: string) =>
    objects.filter(
      (each) =>
        each.kind === kind && (namespace === undefined || each.metadata?.namespace === namespace),
    );
  return {
    read: <T>({ kind, name, namespace }: ObjectName) =>
      Promise.resolve(
        within(kind, namespace).find((each) => each.metadata?.name === name) as
          (KubernetesObject & T) | undefined,
      ),
    list: <T>({ kind, namespace }: Omit<ObjectName, "name">) =>
      Promise.resolve(within(kind, namespace) as (KubernetesObject & T)[]),
  };
}

const node = {
  kind: "Node",
  metadata: { name: "node-1" },
  status: { nodeInfo: { operatingSystem: "linux", architecture: "arm64" } },
};

const pod = (name: string, reference: string, state: object, imageID = "") => ({
  kind: "Pod",
  metadata: { namespace: "team", name },
  spec: {
    nodeName: "node-1",
    containers: [{ name: "app", image: reference, imagePullPolicy: "Always" }],
    imagePullSecrets: [{ name: "regcred" }],
  },
  status: { phase: "Pending", containerStatuses: [{ name: "app", state, imageID }] },
});

const waiting = { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } };
const event = {
  kind: "Event",
  metadata: { namespace: "team", name: "e" },
  involvedObject: { namespace: "team", name: "broken" },
  reason: "Failed",
  message: `Failed to pull image "${host}/team/app:v1": failed to pull and unpack image "${host}/team/app:v1": failed to resolve reference "${host}/team/app:v1": pulling from host ${host} failed with status code [manifests v1]: 401 Unauthorized`,
  lastTimestamp: "2026-05-31T23:00:00Z",
};

const secret = (name: string, content: unknown) => ({
  kind: "Secret",
  metadata: { namespace: "team", name },
  type: "kubernetes.io/dockerconfigjson",
  data: { ".dockerconfigjson": Buffer.from(JSON.stringify(content)).toString("base64") },
});

describe("what doctor gathers of a cluster", () => {
  const auth = Buffer.from(`puller-1:${password}`).toString("base64");
  const tried: string[] = [];
  const question = (objects: (KubernetesObject & Record<string, unknown>)[]) => ({
    reader: readerOf(objects),
    context: "fleet",
    host,
    tryAccount: ({ username, password: given }: { username: string; password: string }) => {
      tried.push(`${username}:${given}`);
      return Promise.resolve(401);
    },
    log: () => Promise.resolve(""),
    now,
  });

  it("is enough to tell a pull secret that was rotated away, and holds no credential", async () => {
    const objects = [
      node,
      pod("broken", `${host}/team/app:v1`, waiting),
      pod("fine", `${host}/team/app:v1`, { running: {} }, `${host}/team/app@${image.digest ?? ""}`),
      pod("other", "docker.io/library/redis:8", { running: {} }),
      event,
      secret("regcred", { auths: { [host]: { auth } } }),
    ];
    const cluster = await gatherCluster(question(objects));
    assert.deepEqual(tried, [`puller-1:${password}`]);
    assert.doesNotMatch(JSON.stringify(cluster), new RegExp(`nobody may see|${auth}`));
    assert.deepEqual(
      cluster.containers.map(({ pod: name, platform, running }) => [name, platform, running]),
      [
        ["broken", "linux/arm64", undefined],
        ["fine", "linux/arm64", image.digest],
      ],
    );
    const found = diagnose({ ...healthy, cluster });
    assert.deepEqual(
      found.map(({ code, subject }) => [code, subject]),
      [["ZD205", "team/broken (app)"]],
    );
  });

  it("reads no Secret where every pull works", async () => {
    tried.length = 0;
    const cluster = await gatherCluster(
      question([node, pod("fine", `${host}/team/app:v1`, { running: {} }), secret("regcred", {})]),
    );
    assert.deepEqual([cluster.pullSecrets, tried], [[], []]);
  });

  it("bears with pull secrets that are none", async () => {
    const objects = [
      node,
      pod("broken", `${host}/team/app:v1`, waiting),
      event,
      secret("regcred", "not a config"),
      secret("empty", { auths: { [host]: {} } }),
    ];
    const { pullSecrets } = await gatherCluster(question(objects));
    assert.deepEqual(
      pullSecrets.map(({ name, hosts }) => [name, hosts]),
      [
        ["regcred", []],
        ["empty", [host]],
      ],
    );
  });

  describe("of a registry of several pods", () => {
    const registry = {
      namespace: "zot",
      replicas: { count: 2, drain: 15, bucket: "images/registries/fleet" },
      pullSecret: { name: "zot-pull-secret", username: "puller-1", namespaces: [] },
    };
    const deployment = {
      kind: "Deployment",
      metadata: { namespace: "zot", name: "zot" },
      spec: { replicas: 2 },
      status: { readyReplicas: 1 },
    };
    const gatherOf = (pods: ReturnType<typeof podNamed>[]) =>
      gatherCluster({
        ...question([]),
        reader: clusterOf([deployment, ...pods], ["PersistentVolumeClaim"]).reader,
        registry,
        log: (_namespace, name) => Promise.resolve(`the log of ${name}`),
      });

    it("is each of them with its own log, and no claim", async () => {
      const cluster = await gatherOf([
        podNamed("zot-a"),
        podNamed("zot-b", { ready: false, reason: "CrashLoopBackOff" }),
      ]);
      assert.deepEqual(
        cluster.registryPods?.map(({ name, ready, reason, log }) => [name, ready, reason, log]),
        [
          ["zot-a", true, undefined, "the log of zot-a"],
          ["zot-b", false, "CrashLoopBackOff", "the log of zot-b"],
        ],
      );
      assert.deepEqual(cluster.registryPlace?.replicas, {
        kind: "Deployment",
        wanted: 2,
        ready: 1,
      });
      assert.equal("claim" in cluster, false);
      assert.deepEqual(
        diagnose({ ...healthy, cluster }).map(({ code, subject }) => [code, subject]),
        [["ZD110", "zot/zot-b"]],
      );
    });

    it("leaves out what ends beside what stays, and tells of it where nothing else is there", async () => {
      const ends = podNamed("zot-old", { ending: true });
      const names = async (...pods: ReturnType<typeof podNamed>[]) =>
        (await gatherOf(pods)).registryPods?.map(({ name }) => name);
      assert.deepEqual(await names(ends, podNamed("zot-a")), ["zot-a"]);
      assert.deepEqual(await names(ends), ["zot-old"]);
      assert.deepEqual(await names(), []);
    });

    it("ends with a command for the Deployment where it wants no pod", async () => {
      const none = { ...deployment, spec: { replicas: 0 } };
      const cluster = await gatherCluster({
        ...question([]),
        reader: clusterOf([none]).reader,
        registry,
      });
      const reach = { reason: "unreachable" as const, message: "no pod of the Service is ready" };
      const [found] = diagnose({ ...healthy, registry: { ...healthy.registry, reach }, cluster });
      assert.deepEqual(
        [found?.code, found?.detail, found?.command],
        [
          "ZD101",
          "there is no pod of the registry: its Deployment wants 0",
          "kubectl --context fleet -n zot scale deployment zot --replicas 2",
        ],
      );
    });

    it("shows no configuration that has Redis' password inside", async () => {
      const cluster = await gatherOf([podNamed("zot-a")]);
      const denied = {
        ...healthy,
        cluster,
        errorText: "writing manifest: uploading manifest v9 to oci.fleet.test/team/app: denied",
      };
      const [found] = diagnose(denied);
      assert.deepEqual([found?.code, found?.command], ["ZD210", undefined]);
    });
  });
});
