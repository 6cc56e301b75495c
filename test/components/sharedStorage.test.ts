import assert from "node:assert/strict";
import type { StackConfig } from "../../src/config/stack";
import { declare, revealed, stackOf, type Declared } from "../support/deployment";

const config = stackOf("toronto");
const credentials = { accessKeyId: "c4n4ry-id", secretAccessKey: "c4n4ry-key" };

const declared = async (change: Partial<StackConfig> = {}) =>
  (
    await declare(
      { ...config, redisPassword: "c4n4ry-redis", s3Credentials: credentials, ...change },
      false,
    )
  ).resources;

const named = (resources: Declared[], name: string) =>
  resources.find((resource) => resource.name === name);

const releaseIn = (resources: Declared[]) =>
  resources.find(({ type }) => type.endsWith(":Release"))?.inputs ?? {};

const valuesIn = (resources: Declared[]) =>
  releaseIn(resources)["values"] as Record<string, unknown> & {
    configFiles: Record<string, string>;
    env: { name: string }[];
    podAnnotations: Record<string, string>;
  };

function filesIn(resources: Declared[]): Record<string, string> {
  const { data = {} } = revealed(named(resources, "zot-secret")?.inputs) as {
    data?: Record<string, string>;
  };
  const decode = (text: string) => Buffer.from(text, "base64").toString();
  return Object.fromEntries(Object.entries(data).map(([name, text]) => [name, decode(text)]));
}

const hashIn = (resources: Declared[]) =>
  valuesIn(resources).podAnnotations["zot-fleet/restarts-when-secret-changes"];

describe("a registry over a bucket, as it is deployed", () => {
  it("is a Deployment of pods that drain, without a claim", async () => {
    const resources = await declared();
    const values = valuesIn(resources);
    assert.equal(values["persistence"], false);
    assert.equal(values["replicaCount"], 3);
    assert.deepEqual(values["strategy"], {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
    assert.deepEqual(values["podDisruptionBudget"], { enabled: true, maxUnavailable: 1 });
    assert.ok(!("pvc" in values));
    assert.ok(!resources.some(({ type }) => type.endsWith(":PersistentVolumeClaim")));
    const drain = named(resources, "zot-drain");
    assert.equal(drain?.type, "kubernetes:apps/v1:DeploymentPatch");
    assert.deepEqual(drain.inputs["spec"], {
      minReadySeconds: 5,
      template: {
        spec: {
          terminationGracePeriodSeconds: 45,
          containers: [{ name: "zot", lifecycle: { preStop: { sleep: { seconds: 15 } } } }],
        },
      },
    });
  });

  it("lets one pod end before another begins, and its node be drained", async () => {
    const resources = await declared({ registry: { ...config.registry, replicas: 1 } });
    const values = valuesIn(resources);
    assert.deepEqual(values["strategy"], { type: "Recreate" });
    assert.ok(!("podDisruptionBudget" in values));
    assert.equal(named(resources, "zot-drain"), undefined);
  });

  it("has every pod proved where there are several", async () => {
    const podsOf = async (replicas: number) => {
      const resources = await declared({ registry: { ...config.registry, replicas } });
      return named(resources, "proof")?.inputs["pods"];
    };
    assert.deepEqual(await podsOf(3), { context: "toronto", namespace: "zot", port: 5000 });
    assert.equal(await podsOf(1), undefined);
  });

  it("collects garbage where one pod does it, and nowhere else", async () => {
    const gc = async (replicas: number) => {
      const resources = await declared({ registry: { ...config.registry, replicas } });
      const { storage } = JSON.parse(valuesIn(resources).configFiles["config.json"] ?? "") as {
        storage: { gc: boolean };
      };
      return storage.gc;
    };
    assert.deepEqual([await gc(1), await gc(3)], [true, false]);
  });

  it("has its credentials in its Secret, and nowhere in plain", async () => {
    const resources = await declared();
    const files = filesIn(resources);
    assert.equal(files["s3-access-key-id"], "c4n4ry-id");
    assert.equal(files["s3-secret-access-key"], "c4n4ry-key");
    const { storage } = JSON.parse(files["config.json"] ?? "") as {
      storage: { dedupe: boolean; cacheDriver: Record<string, unknown> };
    };
    assert.equal(storage.dedupe, false);
    assert.equal(storage.cacheDriver["password"], "c4n4ry-redis");
    for (const { name, inputs } of resources)
      for (const text of plainTexts(inputs)) {
        assert.ok(!text.includes("c4n4ry"), `${name}: ${text}`);
        assert.ok(!Buffer.from(text, "base64").toString().includes("c4n4ry"), `${name}: ${text}`);
      }
  });

  it("shows a reviewer the config that is mounted, but for the password", async () => {
    const resources = await declared();
    const read = JSON.parse(valuesIn(resources).configFiles["config.json"] ?? "") as {
      storage: { cacheDriver: object };
    };
    const mounted = JSON.parse(filesIn(resources)["config.json"] ?? "") as typeof read;
    assert.deepEqual(mounted, {
      ...read,
      storage: {
        ...read.storage,
        cacheDriver: { ...read.storage.cacheDriver, password: "c4n4ry-redis" },
      },
    });
  });

  it("rolls its pods when a password or a key changes", async () => {
    const hashes = new Set([
      hashIn(await declared()),
      hashIn(await declared({ redisPassword: "another" })),
      hashIn(await declared({ s3Credentials: { ...credentials, secretAccessKey: "another" } })),
    ]);
    assert.equal(hashes.size, 3);
  });

  it("lets pods ask for their own identity where there is no key", async () => {
    const resources = await declared({
      s3Credentials: undefined,
      registry: { ...config.registry, networkPolicy: {} },
    });
    assert.ok(!valuesIn(resources).env.some(({ name }) => name.startsWith("AWS_")));
    const { egress } = named(resources, "zot-network-policy")?.inputs["spec"] as {
      egress: { ports: { port: number }[] }[];
    };
    const ports = egress.flatMap((rule) => rule.ports.map(({ port }) => port));
    assert.deepEqual(
      [...new Set(ports)].sort((a, b) => a - b),
      [53, 80, 443, 6379],
    );
  });

  it("is looked at with a sentinel by everybody, and kept from retention", async () => {
    const resources = await declared({ retention: undefined });
    for (const name of ["proof", "registry"])
      assert.equal(
        (named(resources, name)?.inputs["endpoint"] as { sentinel?: string }).sentinel,
        "zot-fleet/sentinel:1",
      );
  });

  it("stands where the cluster's name says, when the stack file names no place", async () => {
    const { storage, redis } = config.registry;
    const { prefix: _, ...s3 } = storage.s3 ?? { bucket: "", region: "" };
    const registry = { ...config.registry, storage: { ...storage, s3 }, redis };
    const read = JSON.parse(
      valuesIn(await declared({ registry })).configFiles["config.json"] ?? "",
    ) as {
      storage: { storageDriver: { rootdirectory: string }; cacheDriver: { keyprefix: string } };
    };
    assert.equal(read.storage.storageDriver.rootdirectory, "/toronto");
    assert.equal(read.storage.cacheDriver.keyprefix, "toronto");
  });
});

/** Every text that is not marked as a secret. */
function plainTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  if ("4dabf18193072939515e22adb298388d" in value) return [];
  return Object.values(value).flatMap(plainTexts);
}
