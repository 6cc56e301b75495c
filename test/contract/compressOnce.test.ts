import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RegistryClient } from "../../src/registry/client";
import { progress } from "../../src/resources/progress";
import { seed, type SeedInputs } from "../../src/resources/seed";
import type { SeedPlatform } from "../../src/seeding/findImage";
import { blobPath, brokenBlob, readLayout } from "../../src/seeding/layouts/layout";
import { requireTool } from "../../src/system/tools";
import { useScratch } from "../images/scratch";
import { useOwnCache } from "../support/ownCache";
import { pushFile } from "../support/pushFile";
import { recordTools, type RecordedTools } from "../support/recordedTools";
import { startZot, type RunningRegistry } from "../support/registry";
import { changes, create, lockedPlatform, seedInputs } from "../support/seeding";
import { isSkipped, skipBecause, skipWithout } from "../support/skip";

describe("archives that are compressed once", function () {
  this.timeout(120_000);
  const scratch = useScratch();
  const cache = useOwnCache();
  const folder = () => join(cache(), "zot-fleet", "layouts");
  const layouts = () => readdirSync(folder());
  const say = progress.say;
  const path = process.env["PATH"] ?? "";
  let registries: RunningRegistry[] = [];
  let tools: RecordedTools;
  let said: string[] = [];
  let count = 0;

  before(async function () {
    skipWithout("zot", this);
    skipWithout("skopeo", this);
    registries = await Promise.all([1, 2].map(() => startZot({ users: { admin: "secret" } })));
  });
  after(async function () {
    if (!isSkipped(this)) await Promise.all(registries.map((registry) => registry.stop()));
  });
  beforeEach(() => {
    tools = recordTools(["skopeo"], path);
    process.env["PATH"] = tools.path;
    said = [];
    progress.say = (line) => said.push(line);
    rmSync(folder(), { recursive: true, force: true });
  });
  afterEach(() => {
    process.env["PATH"] = path;
    progress.say = say;
    tools.remove();
  });

  /** A new image of two layers. */
  const image = (more: Partial<Parameters<typeof lockedPlatform>[1]> = {}) => {
    const name = `image${count++}`;
    return lockedPlatform(scratch(`${name}.tar`), {
      platform: "linux/amd64",
      repoTag: `${name}:1`,
      sizeBytes: 300_000,
      ...more,
    });
  };
  /** The seed of an image at one of the registries. */
  const at = (which: number, platform: SeedPlatform, more: Partial<SeedInputs> = {}) =>
    seedInputs(registries[which]?.url ?? "", {
      repository: `once/${platform.imageId.slice(7, 19)}`,
      platforms: [platform],
      ...more,
    });
  /** The digest that landed. */
  async function seeded(inputs: SeedInputs): Promise<string> {
    const { problem, digest } = await create(inputs);
    assert.equal(problem, undefined);
    assert.ok(digest !== undefined);
    return digest;
  }
  const compressed = () => tools.calls().filter((call) => call.includes("docker-archive:"));
  const straight = () => said.filter((line) => line.includes("from the archive itself"));
  function onlyLayout(): string {
    assert.equal(layouts().length, 1, layouts().join());
    return join(folder(), layouts()[0] ?? "");
  }

  for (const compression of ["zstd", "gzip"] as const) {
    it(`reach a second registry without compressing again, as the digest of a direct push (${compression})`, async () => {
      const platform = await image();
      const first = await seeded(at(0, platform, { compression }));
      assert.equal(await seeded(at(1, platform, { compression })), first);
      assert.equal(compressed().length, 1);
      assert.deepEqual(straight(), []);
      const { url = "" } = registries[0] ?? {};
      const credentials = { username: "admin", password: "secret" };
      const target = { repository: "direct/app", tag: "1", address: { url }, credentials };
      assert.equal(await pushFile({ archive: platform.archive, ...target, compression }), first);
    });
  }

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
    const calls = tools.calls().length;
    rmSync(folder(), { recursive: true });
    assert.equal((await create(inputs)).action, "present");
    assert.equal(await changes(outs, inputs), false);
    await seed.provider.check?.(inputs, inputs);
    assert.equal(existsSync(folder()), false);
    assert.equal(tools.calls().length, calls);
  });

  it("are compressed by one of two deployments that come at once", async () => {
    const platform = await image({ sizeBytes: 20_000_000 });
    const runs = [0, 1].map((which) => startSeeding(at(which, platform)));
    for (const run of runs) assert.equal(await run.ended, 0);
    assert.equal(compressed().length, 1);
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

  for (const [whom, group] of [
    ["the deployment and skopeo are", true],
    ["the deployment alone is", false],
  ] as const) {
    it(`are whole where ${whom} killed in the middle of writing`, async () => {
      for (let moment = 0; moment < 3; moment++) {
        const platform = await image({ sizeBytes: 40_000_000, filler: "text" });
        const run = startSeeding(at(0, platform));
        await writing(folder());
        await sleep(100 * moment);
        process.kill(group ? -run.pid : run.pid, "SIGKILL");
        await run.ended;
        await seeded(at(0, platform));
        await seeded(at(1, platform));
        assert.equal(await brokenBlob(onlyLayout()), undefined);
        rmSync(folder(), { recursive: true });
      }
    });
  }

  it("go out by themselves where skopeo is killed while it writes", async () => {
    const platform = await image({ sizeBytes: 40_000_000, filler: "text" });
    skopeoFirst(
      `case "$*" in *oci:layout) ${requireTool("skopeo")} "$@" & sleep 0.3; kill -9 $!; kill -9 $$;; esac`,
    );
    await seeded(at(0, platform));
    assert.match(straight().join(), /itself: skopeo ended with SIGKILL/);
    assert.deepEqual(layouts(), []);
  });

  it("go out by themselves where a kept layer has a flipped byte, which is thrown away", async () => {
    const platform = await image();
    const digest = await seeded(at(0, platform));
    const layout = onlyLayout();
    const layer = readLayout(layout).manifest.layers[1]?.digest ?? "";
    flip(blobPath(layout, layer));
    assert.equal(await seeded(at(1, platform)), digest);
    assert.match(straight().join(), new RegExp(`${layer} was damaged in .* and is thrown away`));
    assert.deepEqual(layouts(), []);
    const client = new RegistryClient({
      url: registries[1]?.url ?? "",
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
    ["a flipped manifest", (layout: string) => flip(manifestOf(layout))],
    ["a flipped index", (layout: string) => flip(join(layout, "index.json"), 40)],
    ["no index", (layout: string) => rmSync(join(layout, "index.json"))],
    [
      "a layer that is cut off",
      (layout: string) =>
        truncateSync(blobPath(layout, readLayout(layout).manifest.layers[1]?.digest ?? ""), 10),
    ],
    ["nothing in it", (layout: string) => rmSync(join(layout, "blobs"), { recursive: true })],
  ] as const) {
    it(`are compressed again where a kept one has ${what}`, async () => {
      const platform = await image();
      const digest = await seeded(at(0, platform));
      spoil(onlyLayout());
      assert.equal(await seeded(at(1, platform)), digest);
      assert.match(said.join("\n"), /-zstd-[\d.]+ is thrown away: /);
      assert.equal(compressed().length, 2);
      assert.equal(await brokenBlob(onlyLayout()), undefined);
    });
  }

  it("are compressed again where what is kept under their name is another image", async () => {
    const [platform, other] = [await image(), await image()];
    await seeded(at(0, other));
    const foreign = onlyLayout();
    execFileSync("mv", [
      foreign,
      foreign.replace(other.imageId.slice(7), platform.imageId.slice(7)),
    ]);
    await seeded(at(1, platform));
    assert.match(said.join("\n"), /is thrown away: it holds the config sha256:/);
  });

  describe("and whose folder cannot be used, go out by themselves and say why:", () => {
    const above = () => join(cache(), "zot-fleet");
    afterEach(() => {
      if (existsSync(above())) rmSync(above(), { recursive: true, force: true });
    });

    async function wentOut(why: RegExp): Promise<void> {
      await seeded(at(0, await image()));
      assert.match(straight().join(), why);
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
    assert.ok(tools.calls().length >= 3);
    assert.doesNotMatch(tools.calls().join("\n"), /secret/);
  });

  /** Has `command` run before skopeo whenever that is called. */
  function skopeoFirst(command: string): void {
    const bin = scratch(`bin${count++}`);
    mkdirSync(bin);
    writeFileSync(
      join(bin, "skopeo"),
      `#!/bin/sh\n${command}\nexec ${requireTool("skopeo")} "$@"\n`,
    );
    chmodSync(join(bin, "skopeo"), 0o755);
    process.env["PATH"] = [bin, path].join(delimiter);
  }
});

/** A deployment in a process group of its own. */
function startSeeding(inputs: SeedInputs): { pid: number; ended: Promise<number | null> } {
  const script = join(__dirname, "../support/seedChild.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  assert.ok(child.pid !== undefined);
  child.stdin.end(JSON.stringify(inputs));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return { pid: child.pid, ended };
}

/** Until a layout is being written below `folder`, aside. */
async function writing(folder: string): Promise<void> {
  const begun = () =>
    existsSync(folder) &&
    readdirSync(folder).some(
      (name) =>
        name.startsWith("zot-fleet-") && existsSync(join(folder, name, "layout", "oci-layout")),
    );
  for (const until = Date.now() + 30_000; !begun(); await sleep(10))
    assert.ok(Date.now() < until, "nothing was written");
}

/** Turns one byte of a file into another. */
function flip(path: string, position = 100): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
  rmSync(path);
  writeFileSync(path, bytes);
}
