import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { copyByDigest } from "../../src/seeding/skopeo";
import type { Measured } from "../../src/seeding/meter";
import { bytesMoved } from "../../src/system/processes";
import { useScratch } from "../images/scratch";
import { describeEachRegistry } from "../support/eachRegistry";
import { pushFile } from "../support/pushFile";
import { skipBecause } from "../support/skip";

/** What skopeo reads besides: its program, certificates, answers. */
const besides = 4 * 1024 * 1024;

describeEachRegistry("how far a push has come", (fixture) => {
  const scratch = useScratch();
  const credentials = { username: "admin", password: "secret" };
  const told: { doing: string; total: number | undefined; moved: number[]; ended: boolean }[] = [];
  const measured: Measured = (doing, total) => {
    const transfer = { doing, total, moved: [] as number[], ended: false };
    told.push(transfer);
    return {
      moved: (bytes) => transfer.moved.push(bytes),
      end: () => (transfer.ended = true),
    };
  };

  it("is told while it runs, of the archive's size, and of a copy as far as anybody knows", async function () {
    if (bytesMoved(process.pid) === undefined)
      skipBecause("/proc does not tell what was read", this);
    const path = scratch("large.tar");
    const image = { platform: "linux/amd64", repoTag: "team/large:1" };
    await writeDemoArchive(path, { ...image, sizeBytes: 120e6, layers: 2 });
    const { size } = statSync(path);
    const address = { url: fixture.registry.url };
    const at = (repository: string) => ({ address, credentials, repository });
    const digest = await pushFile({
      ...at("team/large"),
      archive: path,
      tag: "1",
      compression: "zstd",
      measured,
    });
    const other = { ...at("team/other"), credentials };
    await copyByDigest(at("team/large"), other, digest, measured);
    const [push, copy] = told;
    assert.deepEqual(
      told.map(({ doing, total, ended }) => ({ doing, total, ended })),
      [
        { doing: "pushing", total: size, ended: true },
        { doing: "copying", total: undefined, ended: true },
      ],
    );
    const most = push?.moved.at(-1) ?? 0;
    assert.ok(most > size / 4 && most < size + besides, `${most} of ${size}`);
    assert.deepEqual(
      push?.moved,
      push?.moved.toSorted((a, b) => a - b),
    );
    assert.ok((copy?.moved.at(-1) ?? 0) < size + besides);
  });

  it("is nothing where nobody asks", async () => {
    const path = scratch("small.tar");
    await writeDemoArchive(path, { platform: "linux/amd64", repoTag: "team/small:1" });
    const address = { url: fixture.registry.url };
    const what = { address, credentials, repository: "team/small", tag: "1" };
    assert.match(await pushFile({ archive: path, ...what, compression: "gzip" }), /^sha256:/);
  });
});
