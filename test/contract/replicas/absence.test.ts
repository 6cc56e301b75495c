import assert from "node:assert/strict";
import { registryChecks } from "../../../src/checks/allChecks";
import { runChecks } from "../../../src/checks/runChecks";
import { RegistryClient } from "../../../src/registry/client";
import type { SeedInputs, SeedOutputs } from "../../../src/resources/seed";
import { sentinelImage as sentinel } from "../../../src/zot/sentinel";
import { useScratch } from "../../images/scratch";
import { startReplicas, type Replicas } from "../../support/replicas";
import { create, lockedPlatform, refresh, remove, seedInputs, update } from "../../support/seeding";
import { skipWithout } from "../../support/skip";

const away = /the storage behind the registry does not answer/;
const isAway = { reason: "storage", message: away };
const credentials = { username: "admin", password: "secret" };

describe("what Zot does not find over a bucket", function () {
  this.timeout(120_000);
  const scratch = useScratch();
  let replicas: Replicas;
  let inputs: SeedInputs;
  let seeded: SeedOutputs;

  before(async function () {
    skipWithout("skopeo", this);
    replicas = await startReplicas(this);
    const platforms = [await lockedPlatform(scratch("app.tar"), { platform: "linux/amd64" })];
    const { url } = replicas;
    inputs = seedInputs(url, {
      endpoint: { via: "address", url, sentinel },
      repository: "nested/team/app",
      platforms,
      onRemove: "delete",
    });
  });

  after(() => (replicas as Replicas | undefined)?.stop());

  const verify = () =>
    runChecks(
      registryChecks,
      { url: replicas.url, sentinel },
      {
        accounts: [{ ...credentials, role: "admin" }],
        retired: [],
        images: [{ repository: inputs.repository, tags: [...inputs.tags], platforms: [] }],
      },
      { patienceMs: 0, only: new Set(["ZF101", "ZF301", "ZF303", "ZF304", "ZF305"]) },
    );

  /** What is done while the bucket refuses connections, and leaves it as it was. */
  async function without<T>(work: () => Promise<T>): Promise<T> {
    const { store } = replicas;
    const before = store.keys();
    await store.service.stop();
    try {
      return await work();
    } finally {
      await store.service.start();
      assert.deepEqual(store.keys(), before);
    }
  }

  it("is pushed, and the sentinel before it, which Zot takes and gives", async () => {
    seeded = await create(inputs);
    assert.deepEqual([seeded.problem, seeded.action], [undefined, "pushed"]);
    await using client = new RegistryClient({ url: replicas.url, credentials });
    assert.ok(await client.headManifest("zot-fleet/sentinel", "1"));
    const failures = (await verify()).filter(({ status }) => status === "failed");
    assert.deepEqual(failures, []);
  });

  it("is not absent for checks without the bucket", async () => {
    await without(() => assert.rejects(verify(), isAway));
  });

  it("is not pushed again without the bucket, nor gone for a refresh", async () => {
    const { again, seen } = await without(async () => ({
      again: await create(inputs),
      seen: await refresh(seeded),
    }));
    assert.match(again.problem ?? "", away);
    assert.match(seen.problem ?? "", away);
    const after = await update(seen, inputs);
    assert.deepEqual([after.problem, after.action], [undefined, "present"]);
  });

  it("is not deleted without the bucket, and no answer says that it is gone", async () => {
    await without(async () => {
      await assert.rejects(remove(seeded), away);
      await using client = new RegistryClient({ url: replicas.url, credentials, sentinel });
      await assert.rejects(client.deleteManifest(inputs.repository, "1.0"), isAway);
      await assert.rejects(client.headBlob(inputs.repository, seeded.digest ?? ""), isAway);
      await assert.rejects(client.tags(inputs.repository).next(), isAway);
    });
  });

  it("is not absent while the bucket takes connections and answers nothing", async () => {
    const { store } = replicas;
    const timeoutMs = 1_000;
    await using client = new RegistryClient({
      url: replicas.url,
      credentials,
      sentinel,
      timeoutMs,
      retries: 0,
    });
    store.service.freeze();
    try {
      await assert.rejects(client.headManifest("team/never", "1"), { reason: "timeout" });
      await assert.rejects(client.checkStorage(), isAway);
    } finally {
      store.service.thaw();
    }
  });

  it("is absent where the bucket answers, and can be deleted", async () => {
    await using client = new RegistryClient({ url: replicas.url, credentials, sentinel });
    assert.equal(await client.headManifest("team/never", "1"), undefined);
    assert.equal(await client.deleteManifest("team/never", "1"), false);
    await remove(seeded);
    assert.equal(await client.headManifest(inputs.repository, "1.0"), undefined);
  });
});
