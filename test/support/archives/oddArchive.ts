import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { writeDemoArchive } from "../../../src/images/archives/demoArchive";
import { block } from "../../../src/images/archives/tarHeader";

/** Two archives that are as they should be, and pieces of the first. */
export interface Parts {
  whole: { ours: Buffer; theirs: Buffer };
  /** The names of ours. */
  config: string;
  layers: string[];
  contents: Record<"nothing" | "manifest" | "config" | "archive" | "layer", Buffer>;
}

/** @param scratch gives paths for files */
export async function writeParts(scratch: (name: string) => string): Promise<Parts> {
  // The same layer in both: only the config tells them apart.
  const image = { platform: "linux/amd64", repoTag: "team/app:1", files: { a: "b" } };
  const [ourFile, theirFile] = [scratch("ours.tar"), scratch("theirs.tar")];
  const ours = await writeDemoArchive(ourFile, { ...image, env: ["IMAGE=ours"] });
  await writeDemoArchive(theirFile, { ...image, env: ["IMAGE=theirs"] });
  const whole = { ours: await readFile(ourFile), theirs: await readFile(theirFile) };
  const config = `${ours.imageId.slice("sha256:".length)}.json`;
  const layers = ours.diffIds.map((id) => `${id.slice("sha256:".length)}.tar`);
  const contents = {
    nothing: Buffer.alloc(0),
    manifest: Buffer.from(JSON.stringify([{ Config: config, RepoTags: [], Layers: layers }])),
    config: entryContent(whole.ours, config),
    archive: whole.ours,
    layer: entryContent(whole.ours, layers[0] ?? ""),
  };
  return { whole, config, layers, contents };
}

/** What stands before the rest of an archive, and may lead a reader astray. */
export interface Odd {
  type: string;
  name: string;
  mode: number;
  prefix: string;
  magic: string;
  content: "nothing" | "manifest" | "config" | "archive" | "pax";
  pax: [key: string, value: string][];
  link: string;
  /** What the header says of the size, beside what is there. */
  sizeOff: number;
  /** Bytes of the header that are others. */
  raw?: [at: number, bytes: string] | undefined;
}

/** An archive with odd entries before its own, and what was done to all of it. */
export interface OddArchive {
  before: Odd[];
  rest: "ours" | "theirs";
  /** A byte that is another one, counted from where the rest begins. */
  flipped?: [at: number, bit: number] | undefined;
  end: keyof typeof ends;
  packed: keyof typeof packings;
}

const zeros = (bytes: number) => Buffer.alloc(bytes);

/** How a tar may end; what is given has lost its zero blocks. */
const ends = {
  "two zero blocks": (tar: Buffer) => Buffer.concat([tar, zeros(2 * block)]),
  nothing: (tar: Buffer) => tar,
  "one zero block": (tar: Buffer) => Buffer.concat([tar, zeros(block)]),
  "a part of a zero block": (tar: Buffer) => Buffer.concat([tar, zeros(100)]),
  "one zero block and a part of another": (tar: Buffer) => Buffer.concat([tar, zeros(block + 100)]),
  "one zero block and more": (tar: Buffer) =>
    Buffer.concat([tar, zeros(block), Buffer.alloc(block, "x")]),
  "more behind it": (tar: Buffer) =>
    Buffer.concat([tar, zeros(2 * block), Buffer.from("not a tar")]),
  "cut off": (tar: Buffer) => tar.subarray(0, -700),
} as const;

/** What a file may be besides a plain tar. */
const packings = {
  plain: (tar: Buffer) => tar,
  gzip: (tar: Buffer) => gzipSync(tar),
  "gzip, with words behind it": (tar: Buffer) =>
    Buffer.concat([gzipSync(tar), Buffer.from("not a gzip")]),
  "gzip, with zeros behind it": (tar: Buffer) => Buffer.concat([gzipSync(tar), zeros(20)]),
  "gzip, with another behind it": (tar: Buffer) => Buffer.concat([gzipSync(tar), gzipSync("more")]),
  "gzip that is cut off": (tar: Buffer) => gzipSync(tar).subarray(0, -3),
  "gzip with another sum": (tar: Buffer) => {
    const bytes = gzipSync(tar);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 8) ^ 1, bytes.length - 8);
    return bytes;
  },
  "gzip within gzip": (tar: Buffer) => gzipSync(gzipSync(tar)),
} as const;

const keysOf = <Key extends string>(of: Record<Key, unknown>) => Object.keys(of) as Key[];

const mostly = <T>(usual: T, others: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, others);

/** @param config the name of the config in the archive */
export function oddArchives(config: string): fc.Arbitrary<OddArchive> {
  const names = [
    ...["manifest.json", "./manifest.json", "manifest.json/"],
    ...[config, `${config}/`, "x/", "x", "pax"],
  ];
  const odd: fc.Arbitrary<Odd> = fc.record({
    type: fc.constantFrom(...Array.from("00\x00\x0012345677xxggLLKKXNSVD")),
    name: fc.constantFrom(...names),
    mode: fc.constantFrom(0o644, 0o644, 0o100644, 0o120777, 0o040755, 0o010644),
    prefix: fc.constantFrom("", "", "", ".", "manifest.json/..", "é"),
    magic: fc.constantFrom("ustar\x0000", "ustar\x0000", "ustar  \0", "\0\0\0\0\0\0\0\0"),
    content: fc.constantFrom("nothing", "manifest", "config", "archive", "pax"),
    pax: fc.array(
      fc.tuple(
        fc.constantFrom(
          ...["path", "path", "linkpath", "size", "size", "comment"],
          ...["uid", "mtime", "uname", "GNU.sparse.major", "GNU.sparse.map"],
        ),
        fc.constantFrom(
          ...names,
          ...["0", "512", "1024", "-1", "+0512", "1.5", "0".repeat(20), "9".repeat(20)],
          ...["", "a\0b", "é", "\xff", "a\n12 path=x\n"],
        ),
      ),
      { maxLength: 2 },
    ),
    link: fc.constantFrom("", config, "manifest.json", "x", "\xff"),
    sizeOff: fc.constantFrom(0, 0, 0, 0, -1, 512),
    raw: mostly(
      undefined,
      fc.tuple(
        // Mode, uid, gid, size, mtime, the magic, device numbers, the times of GNU, the mark and the times of star.
        fc.constantFrom(100, 108, 116, 124, 136, 257, 329, 337, 345, 357, 476, 488, 508),
        fc.constantFrom(
          ...["9", " 7 \0", "7\x007", "0x7", "tar\0", "\x80", "\xff".repeat(8)],
          ...[
            "\x80\x00\x00\x00\x01",
            "\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff",
            "\0".repeat(8),
          ],
        ),
      ),
    ),
  });
  return fc.record({
    before: fc.array(odd, { maxLength: 4 }),
    rest: fc.constantFrom("ours", "theirs"),
    flipped: mostly(undefined, fc.tuple(fc.nat(8000), fc.nat(7))),
    end: mostly("two zero blocks", fc.constantFrom(...keysOf(ends))),
    packed: mostly("plain", fc.constantFrom(...keysOf(packings))),
  });
}

/** Its bytes. */
export function bytesOf(
  { before, rest, flipped, end, packed }: OddArchive,
  { whole, contents }: Pick<Parts, "whole" | "contents">,
): Buffer {
  const image = Buffer.from(whole[rest].subarray(0, -2 * block));
  if (flipped !== undefined && flipped[0] < image.length)
    image.writeUInt8(image.readUInt8(flipped[0]) ^ (1 << flipped[1]), flipped[0]);
  const odd = before.map((each) =>
    oddEntry(each, each.content === "pax" ? paxRecords(each.pax) : contents[each.content]),
  );
  return packings[packed](ends[end](Buffer.concat([...odd, image])));
}

/** An entry with that content, whatever its header says. */
export function oddEntry(odd: Omit<Odd, "content">, content: Buffer): Buffer {
  const { type, name, mode, prefix, magic, link, sizeOff, raw } = odd;
  const header = Buffer.alloc(block);
  const size = Math.max(0, content.length + sizeOff);
  header.write(name, 0, 100, "latin1");
  header.write(mode.toString(8).padStart(7, "0"), 100, "latin1");
  header.write(size.toString(8).padStart(11, "0"), 124, "latin1");
  header.write(type, 156, "latin1");
  header.write(link, 157, 100, "latin1");
  header.write(magic, 257, "latin1");
  header.write(prefix, 345, 155, "latin1");
  if (raw !== undefined) header.write(raw[1], raw[0], "latin1");
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  const padding = zeros(Math.ceil(content.length / block) * block - content.length);
  return Buffer.concat([header, content, padding]);
}

function paxRecords(records: Odd["pax"]): Buffer {
  const text = records.map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    const digits = String(rest.length + 2).length === 2 ? 2 : 3;
    return `${rest.length + digits}${rest}`;
  });
  return Buffer.from(text.join(""), "latin1");
}

/** The content of an entry that ustar writes, by its name. */
function entryContent(tar: Buffer, name: string): Buffer {
  const at = tar.indexOf(name);
  const size = parseInt(tar.toString("latin1", at + 124, at + 136), 8);
  return tar.subarray(at + block, at + block + size);
}
