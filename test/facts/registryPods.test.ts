import assert from "node:assert/strict";
import {
  readRegistryPods,
  readReplicas,
  readRunningConfig,
  serves,
} from "../../src/facts/registryObjects";
import { clusterOf, podNamed } from "../support/registryPods";

const found = async (objects: Parameters<typeof clusterOf>[0], expected: { pod?: string } = {}) =>
  readRegistryPods(clusterOf(objects).reader, "zot", expected);

describe("the registry's pods", () => {
  it("are the one that is named, which nothing else of the labels joins", async () => {
    const objects = [podNamed("zot-0", { labels: {} }), podNamed("zot-1")];
    const [pod, ...others] = await found(objects, { pod: "zot-0" });
    assert.deepEqual([pod?.name, others], ["zot-0", []]);
    assert.deepEqual(await found([podNamed("zot-1")], { pod: "zot-0" }), []);
  });

  it("are all that carry the registry's labels where none is named, in the order of their names", async () => {
    const other = podNamed("zot-elsewhere", { labels: { "app.kubernetes.io/name": "zot" } });
    const pods = await found([podNamed("zot-b"), other, podNamed("zot-a")]);
    assert.deepEqual(
      pods.map(({ name }) => name),
      ["zot-a", "zot-b"],
    );
  });

  it("are without those that were evicted, which stay in the list", async () => {
    const objects = [podNamed("zot-a", { phase: "Failed", ready: false }), podNamed("zot-b")];
    assert.deepEqual(
      (await found(objects)).map(({ name }) => name),
      ["zot-b"],
    );
  });

  it("are marked where they end: they may be ready, and get no new requests", async () => {
    const [ending, staying] = await found([podNamed("zot-a", { ending: true }), podNamed("zot-b")]);
    assert.deepEqual([ending?.ready, ending?.terminating], [true, true]);
    assert.deepEqual([ending && serves(ending), staying && serves(staying)], [false, true]);
    assert.equal("terminating" in (staying ?? {}), false);
  });

  it("tell how long they drain, by Zot's own container", async () => {
    const [draining] = await found([podNamed("zot-a")]);
    assert.deepEqual([draining?.drain, draining?.grace], [15, 60]);
    const [ending] = await found([podNamed("zot-a", { drain: 0 })]);
    assert.equal(ending?.drain, undefined);
  });
});

describe("what makes the registry's pods", () => {
  const made = (kind: string, spec: object, status: object = {}) => ({
    kind,
    metadata: { name: "zot" },
    spec,
    status,
  });

  it("is whichever is there", async () => {
    const of = (...objects: ReturnType<typeof made>[]) =>
      readReplicas(clusterOf(objects).reader, "zot");
    assert.deepEqual(await of(made("StatefulSet", { replicas: 0 })), {
      kind: "StatefulSet",
      wanted: 0,
      ready: 0,
    });
    assert.deepEqual(await of(made("Deployment", { replicas: 3 }, { readyReplicas: 2 })), {
      kind: "Deployment",
      wanted: 3,
      ready: 2,
    });
    assert.equal(await of(), undefined);
  });
});

describe("the config that the registry runs with", () => {
  const config = {
    storage: {
      dedupe: false,
      storageDriver: { name: "s3" },
      cacheDriver: { name: "redis", password: "hunter2" },
    },
    extensions: { sync: { registries: [{ content: [{ destination: "/docker.io" }] }] } },
  };
  const kept = (kind: "ConfigMap" | "Secret", text: string) => ({
    kind,
    metadata: { name: kind === "Secret" ? "zot-secret" : "zot-config" },
    data: { "config.json": kind === "Secret" ? Buffer.from(text).toString("base64") : text },
  });
  const told = (...objects: ReturnType<typeof kept>[]) =>
    readRunningConfig(clusterOf(objects).reader, "zot");

  it("is told by the ConfigMap, and no Secret is read then", async () => {
    const { reader, asked } = clusterOf([kept("ConfigMap", JSON.stringify(config))]);
    assert.deepEqual(await readRunningConfig(reader, "zot"), { upstreamPrefixes: ["docker.io"] });
    assert.deepEqual(asked, ["ConfigMap"]);
  });

  it("is told by the Secret where there is no ConfigMap, and its password leaves there in no way", async () => {
    const whole = JSON.stringify(config);
    assert.deepEqual(await told(kept("Secret", whole)), { upstreamPrefixes: ["docker.io"] });
    for (const broken of [whole.slice(0, -3), "hunter2", "", "[", '"hunter2"'])
      assert.doesNotMatch(JSON.stringify(await told(kept("Secret", broken))), /hunter2/);
    assert.deepEqual(await told(), { upstreamPrefixes: [] });
  });

  it("dedupes over a bucket where it is not told not to", async () => {
    const dedupes = async (storage: object) =>
      (await told(kept("Secret", JSON.stringify({ storage })))).dedupesBucket ?? false;
    const storageDriver = { name: "s3" };
    assert.equal(await dedupes({ storageDriver, dedupe: false }), false);
    assert.equal(await dedupes({ storageDriver, dedupe: true }), true);
    assert.equal(await dedupes({ storageDriver }), true);
    assert.equal(await dedupes({ rootDirectory: "/var/lib/registry", dedupe: true }), false);
  });
});
