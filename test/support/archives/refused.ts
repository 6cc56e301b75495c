import { gzipSync } from "node:zlib";
import { block } from "../../../src/images/archives/tarHeader";
import { mostHeaders } from "../../../src/images/archives/tarIndex";
import { tarBytes } from "../../images/scratch";
import { bytesOf, oddEntry, type Odd, type Parts } from "./oddArchive";

/** Something that skopeo takes and that is refused all the same. */
export interface Refused {
  /** What `ArchiveError.found` says of it. */
  words: RegExp;
  why: string;
  /** Bytes of an archive that is refused for nothing else. */
  example: (parts: Parts) => Buffer | Promise<Buffer>;
}

const plain: Odd = {
  ...{ type: "0", name: "x", mode: 0o644, prefix: "", magic: "ustar\x0000" },
  ...{ content: "nothing", pax: [], link: "", sizeOff: 0 },
};

const withFirst = (odd: Partial<Odd>) => (parts: Parts) =>
  bytesOf(
    { before: [{ ...plain, ...odd }], rest: "ours", end: "two zero blocks", packed: "plain" },
    parts,
  );

/** The image without its own name for the config, which is another one. */
async function withConfig({ contents, layers }: Parts, change: (config: string) => string) {
  const [layer = ""] = layers;
  const manifest = [{ Config: "config.json", RepoTags: [], Layers: ["layer.tar"] }];
  return tarBytes({
    "layer.tar": contents.layer,
    "config.json": change(contents.config.toString()),
    "manifest.json": JSON.stringify(manifest),
    // The other one's name, which nothing asks for.
    [layer]: "",
  });
}

/** A frame of zstd whose blocks are as they are. */
function zstd(bytes: Buffer): Buffer {
  const most = 100_000;
  const blocks = Array.from({ length: Math.ceil(bytes.length / most) }, (_, at) => {
    const part = bytes.subarray(at * most, (at + 1) * most);
    const head = Buffer.alloc(3);
    const isLast = (at + 1) * most >= bytes.length;
    head.writeUIntLE((part.length << 3) | (isLast ? 1 : 0), 0, 3);
    return Buffer.concat([head, part]);
  });
  return Buffer.concat([Buffer.from("28b52ffd0058", "hex"), ...blocks]);
}

/** All that is refused on purpose of what skopeo takes. */
export const refused: readonly Refused[] = [
  {
    words: /a sparse file/,
    why: "its content is not what stands in the tar, and no program writes an image so",
    example: withFirst({ type: "S", magic: "ustar  \0" }),
  },
  {
    words: /a name that is not UTF-8/,
    why: "no JSON can write it, and two such names look the same in an error",
    example: withFirst({ name: "\xff" }),
  },
  {
    words: /a global pax header with the \w+ /,
    why: "Go drops what is wrong in one, and what it takes of the rest changes from run to run",
    example: withFirst({ type: "g", content: "pax", pax: [["mtime", "x"]] }),
  },
  {
    words: /^a config of sha256:\S+ under the name /,
    why: "Docker, skopeo and crane name a config by its digest: one of the two was exchanged",
    example: ({ whole }) =>
      Buffer.from(whole.ours.toString("latin1").replace("IMAGE=ours", "IMAGE=hers"), "latin1"),
  },
  {
    words: /names no platform$/,
    why: "a seed is an image for a platform",
    example: (parts) =>
      withConfig(parts, (config) => config.replace('"architecture":"amd64"', '"author":"x"')),
  },
  {
    words: /^no content for /,
    why: "skopeo looks at the kind of a layer when it pushes it, and fails then",
    example: (parts) => withFirst({ type: "6", name: parts.layers[0] ?? "" })(parts),
  },
  {
    words: /^(xz|zstd|bzip2|gzip) compression( in gzip)?$/,
    why: "gzip is what people pack archives with",
    example: ({ whole }) => zstd(whole.ours),
  },
  {
    words: /^gzip of \d+ bytes that unpacks to more than \d+$/,
    why: "a small file could fill the disk",
    example: ({ whole }) => {
      const zeros = Buffer.alloc(65 * 1024 * 1024);
      return gzipSync(Buffer.concat([oddEntry(plain, zeros), whole.ours]), { level: 1 });
    },
  },
  {
    words: /^more than \d+ bytes of JSON in a gzipped tar$/,
    why: "it is kept in memory while the rest goes by",
    example: ({ whole }) => {
      const json = oddEntry(plain, Buffer.from(`{${" ".repeat(4 * 1024 * 1024 - 1)}`));
      return gzipSync(Buffer.concat([...Array<Buffer>(5).fill(json), whole.ours]));
    },
  },
  {
    words: /^more than \d+ entries$/,
    why: "an image has at most 127 layers",
    example: ({ whole }) => {
      const entry = oddEntry(plain, Buffer.alloc(0));
      return Buffer.concat([Buffer.alloc(mostHeaders * block, entry), whole.ours]);
    },
  },
];
