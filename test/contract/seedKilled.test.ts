import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SeedInputs } from "../../src/resources/seed";
import { isIndex } from "../../src/images/manifest";
import { useScratch } from "../images/scratch";
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
      await stoppedAfter(delay, "SIGKILL", inputs);
      const { problem } = await create(inputs);
      assert.equal(problem, undefined, `killed ${delay.toFixed(0)} ms after the first request`);
      await assertWhole(fixture, inputs);
    }
    assert.deepEqual(privateDirectories(), []);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`takes its credentials along when ${signal} stops it, and skopeo, too`, async () => {
      const platform = "linux/amd64";
      const platforms = [
        await lockedPlatform(scratch("stopped.tar"), { platform, sizeBytes: 60_000_000 }),
      ];
      const repository = `stopped/${signal.toLowerCase()}`;
      const inputs = seedInputs(fixture.registry.url, { repository, platforms });
      // To the process alone, as a supervisor would: what it started is its own to stop.
      const { seen } = await stoppedAfter(400, signal, inputs);
      assert.equal(seen.length, 1, "it was at work");
      assert.deepEqual(privateDirectories(), []);
      await sleep(200);
      const skopeos = readdirSync("/proc").filter((pid) => commandLine(pid).includes(repository));
      assert.deepEqual(skopeos, []);
    });
  }
});

/**
 * Starts the seeding in a process group of its own and stops it some time after it began: SIGKILL goes to the whole
 * group, skopeo included. Gives the private directories that were there then.
 */
async function stoppedAfter(
  milliseconds: number,
  signal: NodeJS.Signals,
  inputs: SeedInputs,
): Promise<{ seen: string[] }> {
  const script = join(__dirname, "../support/seedChild.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  if (child.pid !== undefined) seeding.add(child.pid);
  child.stdin.end(JSON.stringify(inputs));
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  await Promise.race([sleep(milliseconds), ended]);
  const seen = privateDirectories();
  if (child.pid !== undefined && child.exitCode === null) {
    process.kill(signal === "SIGKILL" ? -child.pid : child.pid, signal);
  }
  await ended;
  return { seen };
}

/** The processes that seeded here: other runs on this machine have directories of their own. */
const seeding = new Set([process.pid]);

const privateDirectories = () =>
  readdirSync(tmpdir()).filter((name) => {
    const [, pid] = /^zot-fleet-[0-9a-f]+-(\d+)-\d+-/.exec(name) ?? [];
    return pid !== undefined && seeding.has(Number(pid));
  });

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
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
