import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { ArchiveError, readArchive } from "../../../src/images/archives/archive";
import { writeDemoArchive } from "../../../src/images/archives/demoArchive";
import { tarHeader } from "../../../src/images/archives/tarWriter";
import { tarBytes, useScratch } from "../scratch";

describe("readArchive of a damaged archive", () => {
  const scratch = useScratch();

  it("gives the image or an ArchiveError, nothing else", async () => {
    const path = scratch("whole.tar");
    await writeDemoArchive(path, { platform: "linux/amd64", repoTag: "a:1" });
    const whole = await readFile(path);
    const headers = [...whole.keys()].filter(
      (at) => whole.toString("latin1", at + 257, at + 262) === "ustar",
    );
    const damage = fc.record({
      at: fc.oneof(
        fc.nat(whole.length - 1),
        fc.tuple(fc.constantFrom(...headers), fc.nat(511)).map(([start, within]) => start + within),
      ),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
      signed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, bytes, signed }) => {
        const copy = Buffer.from(whole);
        copy.set(bytes.subarray(0, whole.length - at), at);
        const header = headers.findLast((start) => start <= at && at < start + 512);
        if (signed && header !== undefined) sign(copy.subarray(header, header + 512));
        await writeFile(path, copy);
        await readArchive(path).catch((error: unknown) => {
          assert.ok(error instanceof ArchiveError, String(error));
        });
      }),
    );
  });

  for (const size of ["1.5", "Infinity", "1e300", "-1", "nine", ""]) {
    it(`refuses a pax header that says size=${size}`, async () => {
      const record = ` size=${size}\n`;
      const body = Buffer.from(`${record.length + (record.length > 8 ? 2 : 1)}${record}`);
      const header = tarHeader("pax", body.length);
      header.write("x", 156);
      sign(header);
      const padded = Buffer.concat([body, Buffer.alloc(512 - body.length)]);
      await writeFile(
        scratch("pax.tar"),
        Buffer.concat([header, padded, await tarBytes({ a: "1" })]),
      );
      await assert.rejects(readArchive(scratch("pax.tar")), { name: "ArchiveError" });
    });
  }

  it("refuses a size beyond all counting", async () => {
    const tar = await tarBytes({ a: "1" });
    tar.fill(0xff, 124, 136);
    tar[124] = 0x80;
    sign(tar.subarray(0, 512));
    await writeFile(scratch("huge.tar"), tar);
    await assert.rejects(readArchive(scratch("huge.tar")), { name: "ArchiveError" });
  });
});

/** Gives a changed header a checksum that is right again. */
function sign(header: Buffer): void {
  header.write("        ", 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
}
