import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RegistryClient } from "../../src/registry/client";
import { blobPath, brokenBlob, readLayout } from "../../src/seeding/layouts/layout";
import { requireTool } from "../../src/system/tools";
import { startSeeding, useTwoRegistries } from "../support/twoRegistries";

describe("kept layouts of archives", function () {
  this.timeout(400_000);
  const fleet = useTwoRegistries();
  const { folder, layouts, image, at, seeded, compressed, straight, onlyLayout } = fleet;

  for (const [whom, group] of [
    ["the deployment and skopeo are", true],
    ["the deployment alone is", false],
  ] as const) {
    it(`are whole where ${whom} killed in the middle of writing`, async () => {
      for (let moment = 0; moment < 2; moment++) {
        const platform = await image({ sizeBytes: 40_000_000, filler: "text" });
        const run = startSeeding(at(0, platform));
        await writing(folder());
        await sleep(200 * moment);
        process.kill(group ? -run.pid : run.pid, "SIGKILL");
        await run.ended;
        await seeded(at(0, platform));
        await seeded(at(1, platform));
        assert.equal(await brokenBlob(onlyLayout()), undefined);
        rmSync(folder(), { recursive: true });
      }
    });
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`go with their credentials where ${signal} stops a deployment that writes one`, async () => {
      const platform = await image({ sizeBytes: 40_000_000, filler: "text" });
      const run = startSeeding(at(0, platform));
      await writing(folder());
      process.kill(run.pid, signal);
      await run.ended;
      const ofRun = new RegExp(`^zot-fleet-[0-9a-f]+-${run.pid}-`);
      const left = [tmpdir(), folder()].flatMap((each) => readdirSync(each));
      assert.deepEqual(
        left.filter((name) => ofRun.test(name)),
        [],
      );
    });
  }

  it("are not needed where skopeo is killed while it writes one", async () => {
    const platform = await image({ sizeBytes: 40_000_000, filler: "text" });
    fleet.skopeoFirst(
      `case "$*" in *oci:layout) ${requireTool("skopeo")} "$@" & sleep 0.3; kill -9 $!; kill -9 $$;; esac`,
    );
    await seeded(at(0, platform));
    assert.match(straight(), /itself: skopeo ended with SIGKILL/);
    assert.deepEqual(layouts(), []);
  });

  it("are thrown away with a flipped byte in a layer, and the archive goes out by itself", async () => {
    const platform = await image();
    const digest = await seeded(at(0, platform));
    const layout = onlyLayout();
    const layer = readLayout(layout).manifest.layers[1]?.digest ?? "";
    flip(blobPath(layout, layer));
    assert.equal(await seeded(at(1, platform)), digest);
    assert.match(straight(), new RegExp(`${layer} was damaged in .* and is thrown away`));
    assert.deepEqual(layouts(), []);
    const client = new RegistryClient({
      url: fleet.url(1),
      credentials: { username: "admin", password: "secret" },
    });
    assert.ok(await client.verifyBlob(at(1, platform).repository, layer));
    await client.close();
  });

  const manifestOf = (layout: string) => {
    const index = readFileSync(join(layout, "index.json"), "utf8");
    return blobPath(layout, /sha256:[0-9a-f]{64}/.exec(index)?.[0] ?? "");
  };
  for (const [what, spoil] of [
    [
      "a flipped manifest",
      (layout: string) => {
        flip(manifestOf(layout));
      },
    ],
    [
      "a flipped index",
      (layout: string) => {
        flip(join(layout, "index.json"), 40);
      },
    ],
    [
      "no index",
      (layout: string) => {
        rmSync(join(layout, "index.json"));
      },
    ],
    [
      "a layer that is cut off",
      (layout: string) => {
        truncateSync(blobPath(layout, readLayout(layout).manifest.layers[1]?.digest ?? ""), 10);
      },
    ],
    [
      "nothing in it",
      (layout: string) => {
        rmSync(join(layout, "blobs"), { recursive: true });
      },
    ],
  ] as const) {
    it(`are thrown away and written again with ${what}`, async () => {
      const platform = await image();
      const digest = await seeded(at(0, platform));
      spoil(onlyLayout());
      assert.equal(await seeded(at(1, platform)), digest);
      assert.match(fleet.said(), /-zstd-[\d.]+ is thrown away: /);
      assert.equal(compressed().length, 2);
      assert.equal(await brokenBlob(onlyLayout()), undefined);
    });
  }

  it("are thrown away and written again where they hold another image", async () => {
    const [platform, other] = [await image(), await image()];
    await seeded(at(0, other));
    const foreign = onlyLayout();
    execFileSync("mv", [
      foreign,
      foreign.replace(other.imageId.slice(7), platform.imageId.slice(7)),
    ]);
    await seeded(at(1, platform));
    assert.match(fleet.said(), /is thrown away: it holds the config sha256:/);
  });
});

/** Until a layout is being written below `folder`, aside. */
async function writing(folder: string): Promise<void> {
  const begun = () =>
    existsSync(folder) &&
    readdirSync(folder).some(
      (name) =>
        name.startsWith("zot-fleet-") && existsSync(join(folder, name, "layout", "oci-layout")),
    );
  for (const until = Date.now() + 90_000; !begun();) {
    assert.ok(Date.now() < until, "nothing was written");
    await sleep(10);
  }
}

/** Turns one byte of a file into another. */
function flip(path: string, position = 100): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
  rmSync(path);
  writeFileSync(path, bytes);
}
