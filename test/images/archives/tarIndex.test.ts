import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { pack } from "tar-stream";
import { ArchiveFile } from "../../../src/images/archives/archiveFile";
import { openSource, type ByteSource } from "../../../src/images/archives/byteSource";
import { indexTar, keptJson, mostHeaders } from "../../../src/images/archives/tarIndex";
import { tarHeader } from "../../../src/images/archives/tarWriter";
import { tarBytes, useScratch, writeHoles, writeTar } from "../scratch";
import { runsOf } from "../../support/random";

interface Listed {
  name: string;
  type: string;
  target?: string;
  content: string | undefined;
}

async function list(path: string): Promise<Listed[]> {
  await using file = await ArchiveFile.open(path);
  await using source = await openSource(file);
  const tar = await indexTar(source, path);
  const listed: Listed[] = [];
  for (const entry of tar.entries) {
    const { name, type, target } = entry;
    const content = (await tar.read(entry))?.toString();
    listed.push({ name, type, content, ...(target === undefined ? {} : { target }) });
  }
  return listed;
}

/** Counts what is read through it. */
class CountingSource implements ByteSource {
  bytes = 0;
  reads = 0;
  constructor(private readonly inner: ByteSource) {}
  get compressed() {
    return this.inner.compressed;
  }
  get size() {
    return this.inner.size;
  }
  async read(offset: number, length: number) {
    const bytes = await this.inner.read(offset, length);
    this.reads += 1;
    this.bytes += bytes.length;
    return bytes;
  }
  [Symbol.asyncDispose]() {
    return this.inner[Symbol.asyncDispose]();
  }
}

describe("indexTar", () => {
  const scratch = useScratch();
  const long = `${"deep/".repeat(60)}name-${"x".repeat(120)}`;

  it("lists names, types and contents", async () => {
    const path = await writeTar(scratch("plain.tar"), {
      a: "first",
      empty: "",
      "b/c": "x".repeat(513),
    });
    assert.deepEqual(await list(path), [
      { name: "a", type: "file", content: "first" },
      { name: "empty", type: "file", content: "" },
      { name: "b/c", type: "file", content: "x".repeat(513) },
    ]);
  });

  for (const format of ["gnu", "pax", "ustar", "v7"]) {
    it(`reads what GNU tar writes as ${format}`, async () => {
      const folder = scratch(format);
      const names = format === "gnu" || format === "pax" ? ["short", long] : ["short"];
      for (const name of names) {
        await mkdir(`${folder}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
        await writeFile(`${folder}/${name}`, `content of ${name}`);
      }
      await symlink("short", `${folder}/link`);
      execFileSync("tar", [
        `--format=${format}`,
        "-C",
        folder,
        "-cf",
        scratch(`${format}.tar`),
        ...names,
        "link",
      ]);
      assert.deepEqual(await list(scratch(`${format}.tar`)), [
        ...names.map((name) => ({ name, type: "file", content: `content of ${name}` })),
        { name: "link", type: "symlink", target: "short", content: "" },
      ]);
    });
  }

  it("takes the whole name and target from a pax header", async () => {
    const stream = pack();
    stream.entry({
      name: `dir/${"é".repeat(120)}`,
      type: "symlink",
      linkname: `../${"ü".repeat(120)}`,
    });
    stream.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    await writeFile(scratch("long.tar"), Buffer.concat(chunks));
    assert.deepEqual(await list(scratch("long.tar")), [
      {
        name: `dir/${"é".repeat(120)}`,
        type: "symlink",
        target: `../${"ü".repeat(120)}`,
        content: "",
      },
    ]);
  });

  it("reads headers alone, whatever the size of the contents", async () => {
    const sizes = {
      small: 700,
      large: 1024 ** 3,
      "more than octal digits can say": 9 * 1024 ** 3,
      last: 5,
    };
    const path = await writeHoles(scratch("holes.tar"), sizes);
    const file = await ArchiveFile.open(path);
    const source = new CountingSource(await openSource(file));
    const { entries } = await indexTar(source, path);
    await file.close();
    assert.deepEqual(Object.fromEntries(entries.map(({ name, size }) => [name, size])), sizes);
    assert.equal(source.bytes, 4 * 512);
    assert.equal(source.reads, 5);
  });

  it("reads a gzipped tar, and keeps the JSON that went by", async () => {
    const tar = await tarBytes({
      layer: "x".repeat(2_000_000),
      "c.json": '{"a":1}',
      "m.json": "\n[]",
      e: "",
    });
    await writeFile(scratch("z.tar.gz"), gzipSync(tar));
    assert.deepEqual(await list(scratch("z.tar.gz")), [
      { name: "layer", type: "file", content: undefined },
      { name: "c.json", type: "file", content: '{"a":1}' },
      { name: "m.json", type: "file", content: "\n[]" },
      { name: "e", type: "file", content: undefined },
    ]);
  });

  it("keeps no JSON that is larger than a config may be", async () => {
    const tar = await tarBytes({ "large.json": `{${" ".repeat(keptJson)}}` });
    await writeFile(scratch("large.tar.gz"), gzipSync(tar));
    assert.equal((await list(scratch("large.tar.gz")))[0]?.content, undefined);
  });

  describe("refuses", () => {
    const refused = async (name: string, bytes: Buffer, message: RegExp) => {
      const path = scratch(name);
      await writeFile(path, bytes);
      await assert.rejects(list(path), { name: "ArchiveError", path, message });
    };

    it("a file that is not there, a folder, an empty file", async () => {
      await assert.rejects(
        list(scratch("none.tar")),
        /none\.tar: found no such file; wanted a docker-archive/,
      );
      await assert.rejects(list(scratch("")), /found something that is not a file/);
      await refused("empty.tar", Buffer.alloc(0), /found an empty file/);
    });

    it("what is no tar", async () => {
      await refused("short.tar", Buffer.from("hello"), /found 5 bytes, too few for a tar/);
      await refused("text.tar", Buffer.alloc(2000, "hello "), /does not begin as a tar does/);
      await refused(
        "text.tar.gz",
        gzipSync(Buffer.alloc(2000, "hello ")),
        /does not begin as a tar does/,
      );
    });

    it("compressions that it does not read, by name", async () => {
      await refused(
        "a.tar.xz",
        Buffer.from("fd377a585a000004", "hex"),
        /found xz compression; wanted a tar, plain or with gzip/,
      );
      await refused("a.tar.zst", Buffer.from("28b52ffd00000000", "hex"), /found zstd/);
      await refused("a.tar.bz2", Buffer.from("BZh9xxxx"), /found bzip2/);
    });

    it("a gzip that holds far more than its size", async () => {
      // A gzip of several members is one stream: 1.1 GiB in a megabyte.
      const part = gzipSync(Buffer.alloc(1024 ** 2));
      const zeros = Array.from({ length: 1100 }, () => part);
      const bytes = Buffer.concat([gzipSync(tarHeader("layer", 1100 * 1024 ** 2)), ...zeros]);
      await refused(
        "bomb.tar.gz",
        bytes,
        /found gzip of \d+ bytes that unpacks to more than \d+; wanted the archive without gzip/,
      );
    });

    it("entries without number", async () => {
      const one = tarHeader("x", 0);
      const many = Buffer.concat(Array.from({ length: mostHeaders + 1 }, () => one));
      await refused("many.tar", many, /found more than 10000 entries/);
      await refused("many.tar.gz", gzipSync(many), /found more than 10000 entries/);
    });

    it("JSON without number in a gzipped tar", async () => {
      const large = Buffer.alloc(keptJson / 4, " ");
      const files = Object.fromEntries(
        Array.from({ length: 17 }, (_, index) => [`${index}.json`, large]),
      );
      await refused(
        "json.tar.gz",
        gzipSync(await tarBytes(files)),
        /bytes of JSON in a gzipped tar/,
      );
    });

    it("a damaged header", async () => {
      const tar = await tarBytes({ a: "1", b: "2" });
      tar[1024 + 20] = 7;
      await refused("damaged.tar", tar, /damaged tar: no valid header at byte 1024/);
    });

    it("a gzip that ends early or is damaged", async () => {
      const packed = gzipSync(await tarBytes({ a: "x".repeat(10_000) }), { level: 0 });
      await refused(
        "cut.tar.gz",
        packed.subarray(0, 5000),
        /gzip that cannot be unpacked to its end \(unexpected end of file\)/,
      );
    });

    it("a tar that is cut off, wherever in an entry that happens", async () => {
      const whole = await tarBytes({ a: "x".repeat(700), b: "y".repeat(1500) });
      const contentOfB = 512 + 1024 + 512 + 1500;
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: contentOfB - 1 }),
          fc.boolean(),
          async (length, packed) => {
            // At a border between entries a tar has no sign of what is missing.
            fc.pre(length !== 512 + 1024 && !(length >= 512 + 700 && length <= 512 + 1024));
            const bytes = whole.subarray(0, length);
            await refused("cut.tar", packed ? gzipSync(bytes) : bytes, /cut off|too few for a tar/);
          },
        ),
        { numRuns: runsOf(60) },
      );
    });
  });
});
