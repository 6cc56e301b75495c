import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { open, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { ArchiveError, readArchive } from "../../../src/images/archives/archive";
import { writeDemoArchive } from "../../../src/images/archives/demoArchive";
import { tarHeader } from "../../../src/images/archives/tarWriter";
import { tarBytes, useScratch, writeHoles } from "../scratch";

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

  it("gives the image or an ArchiveError of one with headers, sizes, pax, sparse parts and gzip of any kind", async () => {
    const path = scratch("made.tar");
    await writeDemoArchive(path, { platform: "linux/amd64", repoTag: "a:1" });
    const whole = await readFile(path);
    const sizes = fc.oneof(
      fc.nat(2000),
      fc.constantFrom(0, 512, 2 ** 33 - 1, 2 ** 40, Number.MAX_SAFE_INTEGER),
    );
    const records = fc.array(
      fc.tuple(
        fc.constantFrom(
          "path",
          "linkpath",
          "size",
          "GNU.sparse.major",
          "GNU.sparse.map",
          "hdrcharset",
          "mtime",
        ),
        fc.oneof(
          fc.constantFrom("manifest.json", "", "0", "-1", "99999999999999999999", "1e9", "\0"),
          fc.string({ unit: "binary", maxLength: 6 }),
        ),
      ),
      { maxLength: 3 },
    );
    const part = fc.record({
      type: fc.constantFrom(...Array.from("0\u00001257xgLKXNSVDM")),
      name: fc.oneof(
        fc.constantFrom("manifest.json", "./", "x/../manifest.json"),
        fc.string({ maxLength: 120 }),
      ),
      size: sizes,
      content: fc.oneof(
        records.map((all) => paxOf(all)),
        fc.uint8Array({ maxLength: 700 }).map((each) => Buffer.from(each)),
        fc
          .constantFrom('[{"Config":"x","Layers":[]}]', '[{"Config":1}]', "[]", "{", "null")
          .map((text) => Buffer.from(text)),
      ),
      honest: fc.boolean(),
    });
    const archives = fc.record({
      parts: fc.array(part, { maxLength: 4 }),
      gzip: fc.constantFrom("none", "none", "whole", "cut", "twice", "damaged"),
      at: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(archives, async ({ parts, gzip, at }) => {
        const before = parts.map(({ type, name, size, content, honest }) => {
          const header = Buffer.from(
            tarHeader("part", honest ? content.length : size).subarray(-512),
          );
          header.fill(0, 0, 100).write(name, 0, 100, "latin1");
          header.write(type, 156, "latin1");
          sign(header);
          return Buffer.concat([header, content, Buffer.alloc(-content.length & 511)]);
        });
        const tar = Buffer.concat([...before, whole]);
        const packed = gzipSync(tar, { level: 1 });
        const damaged = Buffer.from(packed);
        damaged[at % packed.length] = (damaged[at % packed.length] ?? 0) ^ 0x55;
        const content = {
          none: tar,
          whole: packed,
          cut: packed.subarray(0, at % packed.length),
          twice: gzipSync(packed),
          damaged,
        }[gzip];
        await writeFile(path, content);
        await readArchive(path).catch((error: unknown) => {
          assert.ok(error instanceof ArchiveError, String(error));
          assert.ok(error.message.startsWith(path) && error.message.length < 4000, error.message);
        });
      }),
    );
  });

  it("holds little of an archive that says it is endless", async function () {
    this.timeout(120_000);
    const files: Record<string, () => Promise<unknown>> = {
      "layers of terabytes": () => writeHoles(scratch("holes.tar"), { a: 2 ** 42, b: 2 ** 42 }),
      "a manifest of gigabytes": () =>
        writeHoles(scratch("holes.tar"), { "manifest.json": 2 ** 33 }),
      "a pax header of gigabytes": async () => {
        await writeHoles(scratch("holes.tar"), { pax: 2 ** 33 });
        const header = Buffer.from(tarHeader("pax", 2 ** 30));
        header.write("x", 156);
        sign(header);
        const file = await open(scratch("holes.tar"), "r+");
        await file.write(header, 0, 512, 0);
        await file.close();
      },
      "many times its size": async () => {
        const part = gzipSync(Buffer.alloc(1 << 20));
        const all = Array.from({ length: 1100 }, () => part);
        await writeFile(
          scratch("holes.tar"),
          Buffer.concat([gzipSync(tarHeader("manifest.json", 1100 << 20)), ...all]),
        );
      },
    };
    const script = `require(${JSON.stringify(require.resolve("../../../src/images/archives/archive.ts"))})
      .readArchive(${JSON.stringify(scratch("holes.tar"))})
      .then(() => console.log("read"), (error) => console.log(error.name));`;
    for (const [what, make] of Object.entries(files)) {
      await make();
      const args = [
        "--max-old-space-size=48",
        "--require",
        require.resolve("tsx/cjs"),
        "--eval",
        script,
      ];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      assert.equal(stdout.trim(), "ArchiveError", `${what}: ${stderr}`);
    }
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

/** A pax header, whose records count their own length. */
function paxOf(records: readonly (readonly [key: string, value: string])[]): Buffer {
  return Buffer.concat(
    records.map(([key, value]) => {
      const rest = Buffer.from(` ${key}=${value}\n`);
      const length =
        [1, 2, 3].find((digits) => String(rest.length + digits).length === digits) ?? 0;
      return Buffer.concat([Buffer.from(String(rest.length + length)), rest]);
    }),
  );
}
