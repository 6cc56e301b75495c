import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareWithList } from "../../src/checks/listHeld";
import { parseRegistryList } from "../../src/facts/registryList";
import { RegistryClient, RegistryError } from "../../src/registry/client";
import { fleet } from "../cli/fleet";
import { useScratch } from "../images/scratch";
import { pushImage } from "../support/push";
import { putReferrer } from "../support/pushLoop";
import { startZot, type RunningRegistry } from "../support/registry";
import { pushRelease, type PushedRelease } from "../support/release";
import { skipWithout } from "../support/skip";

const repository = "team/app";

describe("a list of a registry, against a real Zot", function () {
  this.timeout(300_000);
  const scratch = useScratch();
  const endings: (() => Promise<void>)[] = [];
  let zot: RunningRegistry;
  let client: RegistryClient;
  let release: PushedRelease;

  beforeEach(async function () {
    skipWithout("zot", this);
    zot = await startZot({ config: { storage: { gc: false, dedupe: false } } });
    endings.push(() => zot.stop());
    client = new RegistryClient({ url: zot.url, retries: 0 });
    endings.push(() => client.close());
    release = await pushRelease(client, repository, "1.0");
    await pushImage(client, "solo", "1");
  });

  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  const run = (...args: string[]) => fleet(["verify", "--url", zot.url, ...args]);
  const blob = (digest: string) =>
    join(zot.folder, "storage", repository, "blobs", digest.replace(":", "/"));

  async function written() {
    const path = scratch("list.json");
    const { code, stderr, stdout } = await run("--write-list", path);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /list\.json: 2 repositories, 3 tags, 3 referrers\n$/);
    return { path, list: parseRegistryList(readFileSync(path, "utf8"), path) };
  }

  it("is written and compared by the command, with 0 different and the exit codes of verify", async () => {
    const { path, list } = await written();
    assert.equal(list.registry, zot.url);
    const same = await run("--compare", path, "-o", "json");
    assert.equal(same.code, 0, same.stdout);
    assert.match(same.stdout, /0 different: 3 tags, 3 referrers, 8 manifests, \d+ blobs/);
    await client.deleteManifest(repository, "1.0");
    await pushImage(client, "solo", "2", "spare");
    const other = await run("--compare", path);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /ZF308 .*team\/app:1\.0: missing: the tag, listed as sha256:/);
    assert.match(other.stdout, /ZF308 .*solo:2: spare, not in the list/);
    const away = await fleet(["verify", "--url", "http://127.0.0.1:1", "--compare", path]);
    assert.deepEqual([away.code, away.stdout], [3, ""]);
    assert.match(away.stderr, /127\.0\.0\.1:1/);
  });

  it("refuses a file that is no list, and flags that say nothing here, before anything is asked", async () => {
    const path = scratch("broken.json");
    writeFileSync(path, "{}");
    await zot.quiet();
    const before = zot.requests().length;
    for (const [args, told] of [
      [["--compare", path], /broken\.json is no list of a registry:\n[^]*Wanted is what/],
      [["--compare", scratch("none.json")], /ENOENT.*none\.json/],
      [["--compare", path, "--only", "ZF303"], /--compare goes without --only/],
      [["--compare", path, "--write-list", path], /goes without/],
    ] as const) {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, told);
    }
    assert.equal(readFileSync(path, "utf8"), "{}", "nothing has changed");
    await zot.quiet();
    assert.equal(zot.requests().length, before);
  });

  it("names what the storage has lost or changed below a listing that is whole", async () => {
    const { list } = await written();
    const harmed: [digest: string, harm: (path: string) => void, told: RegExp][] = [
      [release.layer, rmSync, new RegExp(`missing: the blob ${release.layer}`)],
      [release.layer, flip, new RegExp(release.layer.slice(7, 20))],
      [
        release.children["linux/arm64"],
        rmSync,
        new RegExp(`the manifest ${release.children["linux/arm64"]}`),
      ],
      [release.sbomSignature, flip, new RegExp(release.sbomSignature.slice(7, 20))],
    ];
    for (const [digest, harm, told] of harmed) {
      const bytes = readFileSync(blob(digest));
      harm(blob(digest));
      const results = await compareWithList(client, list);
      writeFileSync(blob(digest), bytes);
      const failed = results.filter(({ status }) => status === "failed");
      const details = failed.map(({ subject = "", detail }) => `${subject}: ${detail}`).join("\n");
      assert.match(details, told, digest);
    }
    assert.deepEqual(
      (await compareWithList(client, list)).map(({ status }) => status),
      ["passed"],
    );
  });

  it("names a referrer that came, and one that went", async () => {
    const solo = await pushImage(client, "solo", "1");
    const { list } = await written();
    const spare = await putReferrer(client, "solo", solo);
    await client.deleteManifest(repository, release.signature);
    const details = (await compareWithList(client, list)).map(({ detail }) => detail);
    assert.deepEqual(details.length, 2, details.join("\n"));
    assert.match(details.join("\n"), new RegExp(`spare, not in the list: the referrer ${spare}`));
    assert.match(details.join("\n"), new RegExp(`missing: the referrer ${release.signature}`));
  });

  it("says nothing of a registry that went away meanwhile", async () => {
    const { list } = await written();
    await zot.stop();
    await assert.rejects(compareWithList(client, list), RegistryError);
  });
});

/** Another bit in the middle of a file. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
