import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { seed } from "../../src/resources/seed";
import { blobPath, brokenBlob, readLayout } from "../../src/seeding/layouts/layout";
import { useFleet } from "../support/ownCache";
import { pushFile } from "../support/pushFile";
import { changes, create } from "../support/seeding";
import { skipBecause } from "../support/skip";
import { startSeeding, useTwoRegistries } from "../support/twoRegistries";

describe("archives that are compressed once", function () {
  this.timeout(120_000);
  const fleet = useTwoRegistries();
  const { scratch, folder, layouts, image, at, seeded, compressed, straight, onlyLayout } = fleet;

  for (const compression of ["zstd", "gzip"] as const) {
    it(`reach a second registry without compressing again, as the digest of a direct push (${compression})`, async () => {
      const platform = await image();
      const first = await seeded(at(0, platform, { compression }));
      assert.equal(await seeded(at(1, platform, { compression })), first);
      assert.equal(compressed().length, 1);
      assert.equal(straight(), "");
      const url = fleet.url(0);
      const credentials = { username: "admin", password: "secret" };
      const target = { repository: "direct/app", tag: "1", address: { url }, credentials };
      assert.equal(await pushFile({ archive: platform.archive, ...target, compression }), first);
    });
  }

  describe("and have one registry to go to", () => {
    useFleet("accra");

    it("are not kept", async () => {
      await seeded(at(0, await image()));
      assert.equal(existsSync(folder()), false);
      assert.equal(straight(), "");
    });
  });

  it("are kept by codec, in a folder that nobody else enters", async () => {
    const platform = await image();
    await seeded(at(0, platform, { compression: "zstd" }));
    await seeded(at(1, platform, { compression: "gzip" }));
    const names = layouts().sort();
    const hex = platform.imageId.slice("sha256:".length);
    assert.deepEqual(
      names.map((name) => name.replace(/[\d.]+$/, "")),
      [`${hex}-gzip-`, `${hex}-zstd-`],
    );
    assert.equal(statSync(folder()).mode & 0o777, 0o700);
  });

  it("compress of a next version what is new alone, to the digest of a direct push", async () => {
    const files = { "etc/version": "1" };
    const one = await image({ repoTag: "app:1", files });
    await seeded(at(0, one));
    const two = await image({ repoTag: "app:1", files: { "etc/version": "2" } });
    const digest = await seeded(at(0, two));
    const [first, second] = [one, two].map(({ imageId }) => {
      const name = layouts().find((each) => each.startsWith(imageId.slice(7))) ?? "";
      return join(folder(), name);
    }) as [string, string];
    const [filler, again] = [first, second].map(
      (each) => readLayout(each).manifest.layers[1]?.digest ?? "",
    ) as [string, string];
    assert.equal(again, filler);
    const inode = (layout: string) => statSync(blobPath(layout, filler)).ino;
    assert.equal(inode(first), inode(second), "one file for both");
    assert.equal(await brokenBlob(second), undefined);
    rmSync(folder(), { recursive: true });
    assert.equal(await seeded(at(1, two)), digest, "as if nothing had been kept");
    assert.equal(readdirSync(join(onlyLayout(), "blobs/sha256")).length, 4);
  });

  it("cost nothing where the image is there, and a preview does not ask for them", async () => {
    const inputs = at(0, await image());
    const outs = await create(inputs);
    const calls = fleet.calls().length;
    rmSync(folder(), { recursive: true });
    assert.equal((await create(inputs)).action, "present");
    assert.equal(await changes(outs, inputs), false);
    await seed.provider.check(inputs, inputs);
    assert.equal(existsSync(folder()), false);
    assert.equal(fleet.calls().length, calls);
  });

  it("are compressed by one of two deployments that come at once", async () => {
    const platform = await image({ sizeBytes: 20_000_000 });
    const runs = [0, 1].map((which) => startSeeding(at(which, platform)));
    for (const run of runs) assert.equal(await run.ended, 0);
    assert.equal(compressed().length, 1, compressed().join("\n"));
    assert.equal(await brokenBlob(onlyLayout()), undefined);
    const digests = await Promise.all([0, 1].map((which) => seeded(at(which, platform))));
    assert.equal(digests[0], digests[1]);
  });

  it("are compressed by whoever comes after a killed one: its lock stops nobody", async () => {
    const platform = await image();
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    const version = /version (\S+)/.exec(execFileSync("skopeo", ["--version"]).toString())?.[1];
    const name = `${platform.imageId.slice("sha256:".length)}-zstd-${version ?? ""}`;
    // Nothing has this id: Linux gives none above 4,194,304.
    const lock = join(folder(), `lock-${name}`);
    writeFileSync(lock, '{"pid":99999999,"started":"1"}');
    await seeded(at(0, platform));
    assert.deepEqual(layouts(), [name]);
  });

  it("are not kept where they were written over meanwhile", async () => {
    const [platform, other] = [await image(), await image()];
    fleet.skopeoFirst(`cat ${other.archive} > ${platform.archive}`);
    const { problem } = await create(at(0, platform));
    assert.match(problem ?? "", /was changed while it was pushed/);
    assert.match(straight(), /itself: it holds the config sha256:/);
    assert.deepEqual(layouts(), []);
  });

  describe("and whose folder cannot be used, go out by themselves and say why:", () => {
    const above = () => dirname(folder());
    afterEach(() => {
      if (existsSync(above())) rmSync(above(), { recursive: true, force: true });
    });

    async function wentOut(why: RegExp): Promise<void> {
      await seeded(at(0, await image()));
      assert.match(straight(), why);
    }

    it("it cannot be made", async () => {
      rmSync(above(), { recursive: true, force: true });
      writeFileSync(above(), "a file");
      await wentOut(/itself: ENOTDIR/);
    });

    it("others may enter it, or write above it", async () => {
      mkdirSync(folder(), { recursive: true, mode: 0o700 });
      chmodSync(folder(), 0o750);
      await wentOut(/layouts has mode 750: nobody else may enter it \(chmod 700\)/);
      chmodSync(folder(), 0o700);
      chmodSync(above(), 0o777);
      await wentOut(/zot-fleet has mode 777: nobody else may write to it/);
    });

    it("it is somebody else's, or a link of somebody else's", async function () {
      if (process.getuid?.() !== 0) skipBecause("only root gives a folder away", this);
      mkdirSync(folder(), { recursive: true, mode: 0o700 });
      chownSync(folder(), 12_345, 12_345);
      await wentOut(/layouts belongs to user 12345, this is user 0/);
      rmSync(folder(), { recursive: true });
      mkdirSync(scratch("elsewhere"), { mode: 0o700 });
      symlinkSync(scratch("elsewhere"), folder());
      execFileSync("chown", ["-h", "12345", folder()]);
      await wentOut(/layouts belongs to user 12345/);
      assert.deepEqual(readdirSync(scratch("elsewhere")), []);
    });

    it("the disk is full", async function () {
      if (process.getuid?.() !== 0) skipBecause("only root mounts a small disk", this);
      mkdirSync(folder(), { recursive: true, mode: 0o700 });
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k,mode=700", "tmpfs", folder()], {
          stdio: "ignore",
        });
      } catch {
        skipBecause("nothing can be mounted here", this);
      }
      try {
        await wentOut(/itself: .*no space left on device/);
        assert.deepEqual(layouts(), [], "what filled it is gone");
      } finally {
        execFileSync("umount", [folder()]);
      }
    });
  });

  it("never bring a password onto a command line", async () => {
    const platform = await image();
    for (const which of [0, 1]) await seeded(at(which, platform));
    assert.ok(fleet.calls().length >= 3);
    assert.doesNotMatch(fleet.calls().join("\n"), /secret/);
  });
});
