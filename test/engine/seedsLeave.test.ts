import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import { SeededImages, type ImageToDeploy } from "../../src/components/seededImages";
import { openStack } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import { RegistryClient } from "../../src/registry/client";
import { useScratch } from "../images/scratch";
import { startDistribution, type RunningRegistry } from "../support/registry";
import { lockedPlatform } from "../support/seeding";
import { skipWithout } from "../support/skip";

describe("seeds that leave, under a real engine", function () {
  this.timeout(600_000);
  const scratch = useScratch();
  const images: ImageToDeploy[] = [];
  let registry: RunningRegistry;
  let stack: Stack;

  const image = async (name: string, tags: string[]): Promise<ImageToDeploy> => ({
    repository: "team/app",
    tags,
    platforms: [
      await lockedPlatform(scratch(`${name}.tar`), {
        platform: "linux/amd64",
        repoTag: `team/app:${name}`,
        files: { "name.txt": name },
      }),
    ],
    onMoved: "restore",
    onRemove: "delete",
    rollouts: [],
  });

  before(async function () {
    for (const tool of ["pulumi", "skopeo", "docker-registry"]) skipWithout(tool, this);
    registry = await startDistribution({ users: { admin: "secret" } });
    const program = () => {
      new SeededImages("images", {
        endpoint: { via: "address", url: registry.url },
        context: "none",
        credentials: { username: "admin", password: "secret" },
        images,
        compression: "gzip",
      });
      return Promise.resolve();
    };
    const engine = await ensureEngine(() => undefined);
    stack = await openStack("leave", program, scratch("stack"), engine);
    images.push(await image("one", ["1.0", "stable"]));
    await stack.up();
  });
  after(() => registry.stop());

  async function tags(): Promise<string[]> {
    const credentials = { username: "admin", password: "secret" };
    const client = new RegistryClient({ url: registry.url, credentials });
    try {
      const found: string[] = [];
      for await (const tag of client.tags("team/app")) found.push(tag);
      return found.sort();
    } finally {
      await client.close();
    }
  }

  it("keep the tags that are declared under another name of the state", async () => {
    images.push(await image("two", ["2.0"]));
    await stack.up();
    assert.deepEqual(await tags(), ["1.0", "2.0", "stable"]);
  });

  it("take the tags that nobody declares any more with them", async () => {
    images.pop();
    await stack.up();
    assert.deepEqual(await tags(), ["1.0", "stable"]);
  });

  it("keep their images where the whole stack goes", async () => {
    await stack.destroy();
    assert.deepEqual(await tags(), ["1.0", "stable"]);
  });
});
