import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { readArchive } from "../../../src/images/archives/archive";
import { writeDockerArchive } from "../../../src/images/archives/archiveWriter";
import { writeDemoArchive } from "../../../src/images/archives/demoArchive";
import { contentOf } from "../../../src/images/archives/tarWriter";
import { useScratch } from "../scratch";

describe("writeDemoArchive", () => {
  const scratch = useScratch();

  it("writes the same bytes for the same image, and others for another", async () => {
    const image = {
      platform: "linux/amd64",
      repoTag: "demo:1",
      sizeBytes: 300_001,
      layers: 2,
      labels: { a: "b" },
    };
    for (const filler of ["random", "text", "hole"] as const) {
      await writeDemoArchive(scratch("1.tar"), { ...image, filler });
      await writeDemoArchive(scratch("2.tar"), { ...image, filler });
      await writeDemoArchive(scratch("3.tar"), { ...image, filler, labels: { a: "c" } });
      const [one, two, three] = await Promise.all(
        [1, 2, 3].map((n) => readFile(scratch(`${n}.tar`))),
      );
      assert.ok(one && two && three);
      assert.ok(one.equals(two), filler);
      assert.ok(!one.equals(three), filler);
    }
  });

  it("fills with what compresses as it says", async () => {
    const ratio: Record<string, number> = {};
    for (const filler of ["random", "text", "hole"] as const) {
      await writeDemoArchive(scratch("f.tar"), {
        platform: "linux/amd64",
        repoTag: "a:1",
        sizeBytes: 2e6,
        filler,
      });
      const bytes = await readFile(scratch("f.tar"));
      ratio[filler] = Math.round((100 * gzipSync(bytes, { level: 1 }).length) / bytes.length);
    }
    assert.ok((ratio["random"] ?? 0) >= 98, JSON.stringify(ratio));
    assert.ok((ratio["text"] ?? 0) >= 25 && (ratio["text"] ?? 0) <= 35, JSON.stringify(ratio));
    assert.ok((ratio["hole"] ?? 9) <= 1, JSON.stringify(ratio));
  });

  it("writes a layer that is there twice once, over nothing of what follows", async () => {
    const path = scratch("twice.tar");
    const layer = () => contentOf(Buffer.alloc(5000, "same "));
    const zeros = contentOf(Buffer.alloc(4000));
    const written = await writeDockerArchive(path, {
      layers: [layer(), layer(), zeros],
      repoTags: ["a:1"],
      config: (diffIds) => ({
        os: "linux",
        architecture: "amd64",
        rootfs: { type: "layers", diff_ids: diffIds },
      }),
    });
    const archive = await readArchive(path);
    assert.deepEqual(archive.diffIds, written.diffIds);
    const bytes = await readFile(path);
    assert.equal(bytes.indexOf("same "), 512);
    assert.ok(bytes.lastIndexOf("same ") < 512 + 5000);
  });
});
