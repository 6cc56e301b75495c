import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SeedInputs } from "../../src/dynamic/seedProvider";
import { isIndex } from "../../src/oci/manifest";
import { useScratch } from "../oci/scratch";
import { describeEachRegistry, type RegistryFixture } from "../support/eachRegistry";
import { create, lockedPlatform, seedInputs } from "../support/seeding";

const moments = 5;

describeEachRegistry(`seeding, killed at ${moments} random moments`, (fixture) => {
  const scratch = useScratch();

  it("converges with one more run: no half index, no stray tag, no temporary files", async () => {
    for (let moment = 0; moment < moments; moment++) {
      const platforms = await Promise.all(
        ["linux/amd64", "linux/arm64"].map((platform) =>
          lockedPlatform(scratch(`${platform.slice(6)}.tar`), {
            platform,
            repoTag: `killed/app:${moment}`,
            sizeBytes: 30_000_000,
          }),
        ),
      );
      const repository = `killed/app${moment}`;
      const inputs = seedInputs(fixture.registry.url, { repository, platforms });
      const delay = Math.random() * 1200;
      await killedAfter(delay, inputs);
      const { problem } = await create(inputs);
      assert.equal(problem, undefined, `killed ${delay.toFixed(0)} ms after the first request`);
      await assertWhole(fixture, inputs);
    }
    const left = readdirSync(tmpdir()).filter((name) => /^zot-fleet-\d+-\d+-/.test(name));
    assert.deepEqual(left, []);
  });
});

/** Starts the seeding in a process group of its own and kills all of it, skopeo included, some time after it began. */
async function killedAfter(milliseconds: number, inputs: SeedInputs): Promise<void> {
  const script = join(__dirname, "../support/seedChild.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.end(JSON.stringify(inputs));
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  await Promise.race([sleep(milliseconds), ended]);
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  await ended;
}

async function assertWhole(
  { client, digestOf }: RegistryFixture,
  { repository, tags }: SeedInputs,
): Promise<void> {
  const [first = ""] = tags;
  const found: string[] = [];
  for await (const tag of client.tags(repository)) found.push(tag);
  assert.deepEqual(found.sort(), [...tags, `${first}-amd64`, `${first}-arm64`].sort());
  for (const tag of tags) {
    const index = await client.getManifest(repository, tag);
    assert.ok(index && isIndex(index.document));
    const children = index.document.manifests.map(({ digest }) => digest);
    assert.deepEqual(children, [
      await digestOf(repository, `${first}-amd64`),
      await digestOf(repository, `${first}-arm64`),
    ]);
    for (const digest of children) {
      const child = await client.getManifest(repository, digest);
      assert.ok(child && !isIndex(child.document));
      for (const layer of child.document.layers)
        assert.ok(await client.verifyBlob(repository, layer.digest));
    }
  }
}
