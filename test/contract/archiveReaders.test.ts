import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import fc from "fast-check";
import { ArchiveError, readArchive } from "../../src/images/archives/archive";
import { ArchiveFile } from "../../src/images/archives/archiveFile";
import { sha256 } from "../../src/images/digest";
import { archiveForSkopeo } from "../../src/seeding/archiveForSkopeo";
import { tarBytes, useScratch } from "../images/scratch";
import { bytesOf, oddArchives, writeParts, type Parts } from "../support/archives/oddArchive";
import { refused } from "../support/archives/refused";
import { runsOf } from "../support/random";
import { skipWithout } from "../support/skip";

const run = promisify(execFile);

describe("an archive that is odd", function () {
  this.timeout(600_000);
  const scratch = useScratch();
  let skopeo: string;
  let parts: Parts;

  before(async function () {
    skopeo = skipWithout("skopeo", this);
    parts = await writeParts(scratch);
  });

  /** What either reader makes of an archive: the image, or why it takes none. */
  async function readBoth(bytes: Buffer) {
    const path = scratch("odd.tar");
    await writeFile(path, bytes);
    const ours = await readArchive(path).catch((error: unknown) => {
      assert.ok(error instanceof ArchiveError, String(error));
      return error.found;
    });
    return { ours, theirs: await skopeoReads(path) };
  }

  /** The config that skopeo finds, in the way in which a push hands the archive to it. */
  async function skopeoReads(path: string): Promise<Buffer | string> {
    const folder = await mkdtemp(scratch("push-"));
    await using file = await ArchiveFile.open(path);
    try {
      const { source, cwd } = await archiveForSkopeo(file, folder, { byDescriptor: false });
      const args = ["inspect", "--config", "--raw", source];
      return (await run(skopeo, args, { cwd, encoding: "buffer" })).stdout;
    } catch (error) {
      return String(error);
    }
  }

  it("is the same image to skopeo, or is refused by both, or for a reason that is stated", async () => {
    let both = 0;
    await fc.assert(
      fc.asyncProperty(oddArchives(parts.config), async (odd) => {
        const { ours, theirs } = await readBoth(bytesOf(odd, parts));
        if (typeof ours === "string") {
          const isStated = refused.some(({ words }) => words.test(ours));
          assert.ok(isStated || typeof theirs === "string", `only skopeo takes it: ${ours}`);
          return;
        }
        if (typeof theirs === "string") assert.fail(`skopeo refuses what we take: ${theirs}`);
        both++;
        const config = [theirs, theirs.subarray(0, -1)].find(
          (bytes) => sha256(bytes) === ours.imageId,
        );
        assert.ok(config, `we read ${ours.imageId}, skopeo ${sha256(theirs)}`);
        const { rootfs } = JSON.parse(config.toString()) as { rootfs: { diff_ids: string[] } };
        assert.deepEqual(ours.diffIds, rootfs.diff_ids);
      }),
      { numRuns: runsOf(100) },
    );
    assert.ok(both > 0, "no archive was read by both");
  });

  it("is refused by both where manifest.json has a byte more than skopeo reads, and by none with one less", async () => {
    const { config, layers, contents } = parts;
    const [layer = ""] = layers;
    const most = 1024 * 1024;
    const read = async (size: number) => {
      const bytes = await tarBytes({
        [config]: contents.config,
        [layer]: contents.layer,
        "manifest.json": contents.manifest.toString().padEnd(size),
      });
      const { ours, theirs } = await readBoth(bytes);
      return [typeof ours, typeof theirs];
    };
    assert.deepEqual(await read(most), ["object", "object"]);
    assert.deepEqual(await read(most + 1), ["string", "string"]);
  });

  for (const { words, why, example } of refused)
    it(`is refused for ${String(words)}, though skopeo takes it: ${why}`, async () => {
      const { ours, theirs } = await readBoth(await example(parts));
      assert.ok(typeof ours === "string", "we take it, too");
      assert.match(ours, words);
      if (typeof theirs === "string") assert.fail(`skopeo refuses it, too: ${theirs}`);
    });
});
