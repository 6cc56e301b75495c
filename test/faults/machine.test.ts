import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import type { SeedInputs } from "../../src/resources/seed";
import { findTool } from "../../src/system/tools";
import { useScratch } from "../images/scratch";
import { describeEachRegistry } from "../support/eachRegistry";
import { create, lockedPlatform, seedInputs } from "../support/seeding";
import { skipWithout } from "../support/skip";
import { SmallDisk } from "../support/smallDisk";
import { assertConverges } from "./converges";
import { assertFit } from "./words";

describeEachRegistry("a machine that lacks what seeding needs", (fixture) => {
  const scratch = useScratch();
  const path = process.env["PATH"] ?? "";
  const { now } = Date;
  const temporary = process.env["TMPDIR"];
  afterEach(() => {
    process.env["PATH"] = path;
    for (const name of ["TMPDIR", "TSX_DISABLE_CACHE"]) Reflect.deleteProperty(process.env, name);
    if (temporary !== undefined) process.env["TMPDIR"] = temporary;
    Date.now = now;
  });

  async function toSeed(repository: string): Promise<SeedInputs> {
    const image = { platform: "linux/amd64", repoTag: `${repository}:1`, sizeBytes: 100_000 };
    const archive = scratch(`${repository.replace("/", "-")}.tar`);
    const platforms = [await lockedPlatform(archive, image)];
    return seedInputs(fixture.registry.url, { repository, platforms });
  }

  it("names skopeo where it is missing, with what installs it, and pushes once it is there", async () => {
    const inputs = await toSeed("machine/missing");
    const without = path.split(delimiter).filter((each) => !findTool("skopeo", each));
    process.env["PATH"] = without.join(delimiter);
    const { problem = "" } = await create(inputs);
    assertFit(problem);
    assert.match(problem, /^skopeo is not on PATH\. To install it: apt-get install skopeo/);
    process.env["PATH"] = path;
    assert.equal((await create(inputs)).problem, undefined);
  });

  it("names the folder for temporary files where it is full, leaves nothing in it, and pushes once there is room", async function () {
    const inputs = await toSeed("machine/full");
    const disk = SmallDisk.forSuite(this);
    try {
      disk.fill();
      const problem = await seededIn(disk.folder, inputs);
      assertFit(problem.replace(/^\s+at .*$/gm, ""));
      assert.ok(problem.includes(`no room in ${disk.folder}`), problem);
      assert.deepEqual(readdirSync(disk.folder), ["filler"]);
      disk.free();
      assert.equal(await seededIn(disk.folder, inputs), "");
    } finally {
      disk.remove();
    }
  });

  it("fails no deployment for good where that folder is full: one more converges once there is room", async function () {
    skipWithout("pulumi", this);
    const inputs = await toSeed("machine/deployed");
    const disk = SmallDisk.forSuite(this);
    try {
      await assertConverges("machine", inputs, scratch("stack"), async (up) => {
        // The loader of TypeScript keeps a cache in the same folder.
        Object.assign(process.env, { TMPDIR: disk.folder, TSX_DISABLE_CACHE: "1" });
        disk.fill();
        await up();
        assert.deepEqual(readdirSync(disk.folder), ["filler"]);
        disk.free();
      });
      assert.ok(await fixture.client.headManifest("machine/deployed", "1.0"));
    } finally {
      disk.remove();
    }
  });

  it("pushes while the clock jumps by years, and finds what it pushed by another clock", async () => {
    const inputs = await toSeed("machine/clock");
    let years = 0;
    Date.now = () => now() + (years = years === 0 ? 3 : years > 0 ? -3 : 0) * 31_557_600_000;
    const first = await create(inputs);
    Date.now = now;
    assert.equal(first.problem, undefined);
    const written = await fixture.written(async () => {
      assert.equal((await create(inputs)).problem, undefined);
    });
    assert.deepEqual(written, []);
  });

  /** What a deployment of its own says, which has its temporary files in `folder`. */
  async function seededIn(folder: string, inputs: SeedInputs): Promise<string> {
    const script = join(__dirname, "../support/seedChild.ts");
    const child = spawn(process.execPath, ["--import", require.resolve("tsx"), script], {
      stdio: ["pipe", "ignore", "pipe"],
      // The loader of TypeScript keeps a cache in the same folder.
      env: { ...process.env, TMPDIR: folder, TSX_DISABLE_CACHE: "1" },
    });
    child.stdin.end(JSON.stringify(inputs));
    const [said] = await Promise.all([text(child.stderr), once(child, "exit")]);
    return said.trim();
  }
});
