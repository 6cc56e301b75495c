import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { ArchiveFile } from "../../src/images/archives/archiveFile";
import { archiveForSkopeo } from "../../src/seeding/archiveForSkopeo";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { pushArchive } from "../../src/seeding/skopeo";
import { skipWithout } from "../support/skip";
import { useScratch } from "../images/scratch";

describe("pushArchive", () => {
  const scratch = useScratch();

  it("refuses to dial elsewhere for a loopback address, for which skopeo asks no proxy, and says what to set", async function () {
    skipWithout("skopeo", this);
    const address = { url: "https://127.0.0.1:7443", connect: "10.0.0.1:443" };
    await writeDemoArchive(scratch("a.tar"), { platform: "linux/amd64", repoTag: "a:1" });
    const archive = await ArchiveFile.open(scratch("a.tar"));
    const image = { archive, repository: "team/app", tag: "1" };
    await assert
      .rejects(
        pushArchive({ ...image, address, compression: "zstd" }),
        /skopeo asks no proxy for https:\/\/127\.0\.0\.1:7443, so it cannot dial 10\.0\.0\.1:443/,
      )
      .finally(() => archive.close());
  });
});

describe("archiveForSkopeo", () => {
  const scratch = useScratch();

  for (const [how, byDescriptor, packed] of [
    ["by its descriptor", true, false],
    ["by a link, where there is no /proc", false, false],
    ["unpacked, where it is gzip", true, true],
  ] as const) {
    it(`hands over an archive with colons in its path and its folder's, ${how}`, async function () {
      const skopeo = skipWithout("skopeo", this);
      const folder = scratch(`a:b ${how}`);
      mkdirSync(`${folder}/private`, { recursive: true });
      const path = `${folder}/app:1.0.tar`;
      await writeDemoArchive(path, { platform: "linux/arm64", repoTag: "a:1" });
      if (packed) writeFileSync(path, gzipSync(readFileSync(path)));
      const archive = await ArchiveFile.open(path);
      try {
        const given = await archiveForSkopeo(archive, `${folder}/private`, { byDescriptor });
        const { source, cwd, descriptors } = given;
        const config = execFileSync(skopeo, ["inspect", "--config", source], {
          cwd,
          stdio: ["ignore", "pipe", "pipe", ...descriptors],
        });
        assert.equal(
          (JSON.parse(config.toString()) as { architecture: string }).architecture,
          "arm64",
        );
        assert.equal(await archive.isChanged(), false, "the archive is open still");
      } finally {
        await archive.close();
      }
    });
  }
});
