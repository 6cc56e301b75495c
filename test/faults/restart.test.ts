import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { RegistryClient } from "../../src/registry/client";
import { useScratch } from "../images/scratch";
import { AlteringWay } from "../support/alteringWay";
import { BackingService } from "../support/backingService";
import { freePort } from "../support/freePort";
import { useOwnCache } from "../support/ownCache";
import { create, lockedPlatform, seedInputs } from "../support/seeding";
import { skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";
import { assertConverges } from "./converges";
import { admin, assertFit } from "./words";

const htpasswd = `admin:${hashSync(admin.password, 4)}\n`;

/** Each registry's config, for a folder and a port. */
const configs = {
  zot: (folder: string, port: number) => ({
    storage: { rootDirectory: join(folder, "storage") },
    http: {
      address: "127.0.0.1",
      port: String(port),
      auth: { htpasswd: { path: join(folder, "htpasswd") } },
    },
  }),
  distribution: (folder: string, port: number) => ({
    version: 0.1,
    storage: {
      filesystem: { rootdirectory: join(folder, "storage") },
      delete: { enabled: true },
    },
    http: { addr: `127.0.0.1:${port}`, secret: "test" },
    auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } },
  }),
};

for (const [kind, command] of [
  ["distribution", "docker-registry"],
  ["zot", "zot"],
] as const)
  describe(`a registry that is killed while it takes a push, and comes back: ${kind}`, function () {
    this.timeout(600_000);
    const scratch = useScratch();
    useOwnCache();
    const undo: Undo[] = [];
    let registry: BackingService;
    let way: AlteringWay;
    let client: RegistryClient;

    before(async function () {
      for (const tool of ["skopeo", command]) skipWithout(tool, this);
      const [folder, port] = [mkdtempSync(join(tmpdir(), "zot-fleet-restart-")), await freePort()];
      writeFileSync(join(folder, "htpasswd"), htpasswd, { mode: 0o600 });
      const file = join(folder, "config.json");
      writeFileSync(file, JSON.stringify(configs[kind](folder, port)));
      registry = await BackingService.started({ command, args: ["serve", file], folder, port });
      undo.push(() => registry.remove());
      const url = `http://127.0.0.1:${port}`;
      way = await AlteringWay.to(url);
      undo.push(() => {
        way.close();
        return Promise.resolve();
      });
      client = new RegistryClient({ url, credentials: admin });
      undo.push(() => client.close());
    });
    after(() => closeAll(undo));

    async function toSeed(repository: string) {
      const image = { platform: "linux/amd64", repoTag: `${repository}:1`, sizeBytes: 20_000_000 };
      const path = scratch(`${repository.replace("/", "-")}.tar`);
      return seedInputs(way.url, { repository, platforms: [await lockedPlatform(path, image)] });
    }

    /** Kills it as soon as it takes a blob, once; resolves when it is back. */
    function killedAtPush(): Promise<void> {
      return new Promise((resolve, reject) => {
        way.alteration = {
          begun: ({ method }) => {
            if (method !== "PATCH") return;
            way.alteration = {};
            registry
              .kill()
              .then(() => registry.start())
              .then(resolve, reject);
          },
        };
      });
    }

    it("fails the seeding, which moves no tag, and the next one pushes", async () => {
      const inputs = await toSeed("killed/seed");
      const back = killedAtPush();
      const { problem = "" } = await create(inputs);
      await back;
      assertFit(problem);
      assert.match(problem, /(EOF|reset|refused|closed|broken pipe)/);
      assert.equal(await client.headManifest("killed/seed", "1.0"), undefined);
      assert.equal((await create(inputs)).problem, undefined);
    });

    it("fails no deployment for good: one more converges", async function () {
      skipWithout("pulumi", this);
      const inputs = await toSeed("killed/up");
      await assertConverges("restart", inputs, scratch("stack"), (up) =>
        Promise.all([killedAtPush(), up()]),
      );
      assert.ok(await client.headManifest("killed/up", "1.0"));
    });
  });
