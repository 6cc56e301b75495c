import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { canonicalConfigDigest } from "../../src/images/imageConfig";
import { readArchive } from "../../src/images/archives/archive";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { formatLock, parseLock } from "../../src/seeding/lock";
import { lockedSeed, type SeedRequest } from "../../src/seeding/lockedSeed";
import { LockError, lockSeeds } from "../../src/seeding/lockSeeds";
import { useScratch, writeTar } from "../images/scratch";

describe("lockSeeds", () => {
  const scratch = useScratch();
  const app = (tags: string[], archives: Record<string, string>): SeedRequest => ({
    image: "team/app",
    tags,
    archives,
  });
  const make = (name: string, platform: string, env: string[] = []) =>
    writeDemoArchive(scratch(name), { platform, repoTag: "team/app:1", env });

  beforeEach(async () => {
    await make("amd64.tar", "linux/amd64");
    await make("arm64.tar", "linux/arm64/v8");
  });

  it("locks what lockedSeed then finds, through the file", async () => {
    const seed = app(["1", "latest"], { "linux/arm64": "arm64.tar", "linux/amd64": "./amd64.tar" });
    const lock = parseLock(formatLock(await lockSeeds([seed], scratch(""))));
    const found = lockedSeed(lock, seed);
    assert.ok("seed" in found);
    const archive = await readArchive(scratch("amd64.tar"));
    assert.deepEqual(found.seed.platforms[0], {
      platform: "linux/amd64",
      archive: "./amd64.tar",
      imageId: archive.imageId,
      config: canonicalConfigDigest(archive.config),
    });
    assert.equal(found.seed.platforms[1]?.platform, "linux/arm64");
  });

  it("states an archive that stacks share once, with the tags of all", async () => {
    const lock = await lockSeeds(
      [
        app(["latest", "1"], { "linux/amd64": "amd64.tar" }),
        app(["1", "edge"], { "linux/amd64": "amd64.tar" }),
      ],
      scratch(""),
    );
    assert.deepEqual(Object.keys(lock.seeds["team/app"] ?? {}), ["amd64.tar"]);
    assert.deepEqual(lock.seeds["team/app"]?.["amd64.tar"]?.tags, ["1", "edge", "latest"]);
  });

  it("states different archives under the same tag, which stacks may have in a rollout", async () => {
    await make("old.tar", "linux/amd64", ["OLD=1"]);
    const [now, before] = [
      app(["latest"], { "linux/amd64": "amd64.tar" }),
      app(["latest"], { "linux/amd64": "old.tar" }),
    ];
    const lock = await lockSeeds([now, before], scratch(""));
    const [one, two] = [lockedSeed(lock, now), lockedSeed(lock, before)];
    assert.ok("seed" in one && "seed" in two);
    assert.notEqual(one.seed.platforms[0]?.config, two.seed.platforms[0]?.config);
  });

  it("holds nothing that no stack names", async () => {
    const previous = await lockSeeds([app(["1"], { "linux/amd64": "amd64.tar" })], scratch(""));
    const lock = await lockSeeds([app(["1"], { "linux/arm64": "arm64.tar" })], scratch(""), {
      previous,
    });
    assert.deepEqual(Object.keys(lock.seeds["team/app"] ?? {}), ["arm64.tar"]);
    assert.deepEqual(await lockSeeds([], scratch(""), { previous }), { version: 1, seeds: {} });
  });

  it("tells all problems at once, each once", async () => {
    await writeTar(scratch("other.tar"), { "etc/passwd": "" });
    const seeds = [
      app(["1"], {
        "linux/amd64": "gone.tar",
        "linux/arm64": "other.tar",
        "linux/arm/v6": "amd64.tar",
      }),
      app(["2"], { "linux/amd64": "gone.tar", linux: "amd64.tar" }),
    ];
    await assert.rejects(lockSeeds(seeds, scratch("")), (error: unknown) => {
      assert.ok(error instanceof LockError);
      assert.equal(error.problems.length, 4);
      assert.match(
        error.message,
        /^The seeds cannot be locked:\n- team\/app \(linux\/amd64\): .*gone\.tar: found no such file; wanted/,
      );
      assert.match(
        error.message,
        /\n- team\/app \(linux\/arm64\): .*other\.tar: found a tar without manifest\.json/,
      );
      assert.match(
        error.message,
        /\n- team\/app \(linux\/arm\/v6\): .*amd64\.tar: the image is for linux\/amd64, the seed promises linux\/arm\/v6/,
      );
      assert.match(error.message, /\n- team\/app \(linux\): "linux" is no platform/);
      return true;
    });
  });

  it("keeps what was locked of an archive that is on another machine, and no more than that", async () => {
    const previous = await lockSeeds(
      [app(["1", "2"], { "linux/amd64": "amd64.tar" })],
      scratch(""),
    );
    rmSync(scratch("amd64.tar"));
    const fewer = await lockSeeds([app(["1"], { "linux/amd64": "amd64.tar" })], scratch(""), {
      previous,
    });
    assert.deepEqual(fewer.seeds["team/app"]?.["amd64.tar"], {
      ...previous.seeds["team/app"]?.["amd64.tar"],
      tags: ["1"],
    });
    for (const seed of [
      app(["1", "3"], { "linux/amd64": "amd64.tar" }),
      app(["1"], { "linux/arm64": "amd64.tar" }),
      { ...app(["1"], { "linux/amd64": "amd64.tar" }), image: "team/other" },
    ]) {
      await assert.rejects(
        lockSeeds([seed], scratch(""), { previous }),
        /amd64\.tar: found no such file/,
      );
    }
  });

  it("reads an archive that is here anew, whatever was locked", async () => {
    const seed = app(["1"], { "linux/amd64": "amd64.tar" });
    const previous = await lockSeeds([seed], scratch(""));
    await make("amd64.tar", "linux/amd64", ["NEW=1"]);
    const lock = await lockSeeds([seed], scratch(""), { previous });
    assert.notDeepEqual(lock, previous);
    assert.deepEqual(lock, await lockSeeds([seed], scratch("")));
  });
});
