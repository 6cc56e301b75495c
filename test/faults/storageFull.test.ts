import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SeedInputs } from "../../src/resources/seed";
import { RegistryClient } from "../../src/registry/client";
import { useScratch } from "../images/scratch";
import { useOwnCache } from "../support/ownCache";
import { pushImage } from "../support/push";
import { startDistribution, startZot, type RunningRegistry } from "../support/registry";
import { create, lockedPlatform, seedInputs } from "../support/seeding";
import { skipWithout } from "../support/skip";
import { SmallDisk } from "../support/smallDisk";
import { closeAll, type Undo } from "../support/undo";
import { assertConverges } from "./converges";
import { admin, assertFit, said } from "./words";

const users = { admin: admin.password };

/** A registry whose storage is `folder`. */
const starts = {
  zot: (folder: string) => startZot({ users, storage: folder }),
  distribution: (folder: string) =>
    startDistribution({
      users,
      config: { storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } } },
    }),
};

for (const [kind, tool] of [
  ["distribution", "docker-registry"],
  ["zot", "zot"],
] as const)
  describe(`a volume that is full, under ${kind}`, function () {
    this.timeout(600_000);
    const scratch = useScratch();
    useOwnCache();
    const undo: Undo[] = [];
    let disk: SmallDisk;
    let registry: RunningRegistry;
    let client: RegistryClient;

    before(async function () {
      for (const each of ["skopeo", tool]) skipWithout(each, this);
      disk = SmallDisk.forSuite(this);
      undo.push(() => {
        disk.remove();
        return Promise.resolve();
      });
      registry = await starts[kind](disk.folder);
      undo.push(() => registry.stop());
      client = new RegistryClient({ url: registry.url, credentials: admin });
      undo.push(() => client.close());
      await pushImage(client, "team/held", "1.0");
    });
    after(() => closeAll(undo));

    async function toSeed(repository: string): Promise<SeedInputs> {
      const image = { platform: "linux/amd64", repoTag: `${repository}:1`, sizeBytes: 100_000 };
      const name = scratch(`${repository.replace("/", "-")}.tar`);
      return seedInputs(registry.url, {
        repository,
        platforms: [await lockedPlatform(name, image)],
      });
    }
    const image = (repository: string) => ({ repository, tags: ["1.0"], platforms: [] });

    it("fails a push into a repository that is there, moves no tag, and takes the same push when there is room", async () => {
      const inputs = await toSeed("team/held");
      const before = await client.headManifest("team/held", "1.0");
      disk.fill();
      const { problem = "" } = await create(inputs);
      disk.free();
      assertFit(problem);
      assert.match(problem, /(writing|uploading|initiating).*(400|500|unexpected|digest)/is);
      assert.deepEqual(await client.headManifest("team/held", "1.0"), before);
      assert.equal((await create({ ...inputs, onMoved: "restore" })).problem, undefined);
    });

    it("fails no deployment for good: one more converges once there is room", async function () {
      skipWithout("pulumi", this);
      await pushImage(client, "team/deployed", "0.9");
      const inputs = await toSeed("team/deployed");
      await assertConverges("full", inputs, scratch("stack"), async (up) => {
        disk.fill();
        await up();
        disk.free();
      });
      assert.ok(await client.headManifest("team/deployed", "1.0"));
    });

    it("gives what it has while it is full, and the verification says no more than that", async () => {
      disk.fill();
      const words = await said.verification(registry.url, image("team/held"));
      disk.free();
      assert.equal(words, "");
    });

    if (kind === "distribution")
      it("fails a push into a new repository, and takes the same push when there is room", async () => {
        const inputs = await toSeed("team/new");
        disk.fill();
        const { problem = "" } = await create(inputs);
        disk.free();
        assertFit(problem);
        assert.notEqual(problem, "");
        assert.equal(await said.doctor(registry.url, image("team/held")), "");
        assert.equal((await create(inputs)).problem, undefined);
      });
    else
      it("leaves a new repository with an empty index.json, which answers 500 for good: doctor names it, and its hint mends it", async () => {
        const inputs = await toSeed("team/new");
        disk.fill();
        const { problem = "" } = await create(inputs);
        disk.free();
        assertFit(problem);
        assert.match(problem, /500/);
        const index = join(disk.folder, "team/new/index.json");
        assert.equal(readFileSync(index, "utf8"), "");
        const again = await create(inputs);
        assert.match(again.problem ?? "", /500/, "there is room, and it still fails");
        const found = await said.doctor(registry.url, image("team/new"));
        assert.match(found, /^ZD118 .*team\/new\/index\.json/m);
        assertFit(found);
        rmSync(index);
        assert.equal((await create(inputs)).problem, undefined);
        assert.equal(await said.doctor(registry.url, image("team/new")), "");
      });
  });
