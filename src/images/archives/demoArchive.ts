import { createCipheriv, createHash } from "node:crypto";
import { writeDockerArchive, type WrittenArchive } from "./archiveWriter";
import { parsePlatform } from "../platform";
import { contentOf, tarOf, type Content } from "./tarWriter";

/** An image to make. The same description always gives the same bytes. */
export interface DemoImage {
  /** As `os/architecture[/variant]`. */
  platform: string;
  /** Such as `demo/hello:1`. */
  repoTag: string;
  /** Text by path, in the lowest layer. Default: one file that names the image. */
  files?: Readonly<Record<string, string>>;
  /** As `NAME=value`. Default: none. */
  env?: readonly string[];
  /** Default: `["/hello"]`. */
  cmd?: readonly string[];
  /** Default: none. */
  labels?: Readonly<Record<string, string>>;
  /** Over how many further layers `sizeBytes` is spread. Default: 1. */
  layers?: number;
  /** Bytes of filler in those layers, in all. Default: 0, and then no further layers. */
  sizeBytes?: number;
  /** Bytes that do not compress, text with a quarter of such bytes, or a hole in the file. Default: `random`. */
  filler?: Filler;
}

type Filler = "random" | "text" | "hole";

const created = "2024-01-01T00:00:00Z";

/** Writes a small valid docker-archive, byte for byte the same each time; `sizeBytes` makes it as large as wanted, in constant memory. */
export async function writeDemoArchive(path: string, image: DemoImage): Promise<WrittenArchive> {
  const { platform, repoTag, sizeBytes = 0, layers = 1, filler = "random" } = image;
  const files = image.files ?? { "etc/demo": `${repoTag} for ${platform}\n` };
  const lowest = tarOf(
    Object.entries(files).map(([name, text]) => [name, contentOf(text)] as const),
  );
  const further = Array.from({ length: sizeBytes === 0 ? 0 : layers }, (_, index) => {
    const size = Math.floor(sizeBytes / layers) + (index < sizeBytes % layers ? 1 : 0);
    return tarOf([[`srv/filler-${index}`, fill(size, filler, `${platform} ${repoTag} ${index}`)]]);
  });
  return writeDockerArchive(path, {
    layers: [lowest, ...further],
    repoTags: [repoTag],
    config: (diffIds) => ({
      created,
      ...parsePlatform(platform),
      config: { Env: image.env ?? [], Cmd: image.cmd ?? ["/hello"], Labels: image.labels ?? {} },
      rootfs: { type: "layers", diff_ids: diffIds },
      history: diffIds.map((_, index) => ({
        created,
        created_by: `zot-fleet demo layer ${index}`,
      })),
    }),
  });
}

const chunk = 256 * 1024;
const sentence = Buffer.from(
  "The quick brown fox jumps over the lazy dog, and the dog sleeps on. ".repeat(64),
).subarray(0, 3072);

function fill(size: number, filler: Filler, seed: string): Content {
  function* parts(): Generator<Buffer> {
    // A cipher over zeros: bytes that do not compress, the same for the same seed, at a gigabyte a second.
    const key = createHash("sha256").update(seed).digest().subarray(0, 16);
    const cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
    for (let left = size; left > 0; left -= chunk) {
      const part = filler === "hole" ? Buffer.alloc(chunk) : cipher.update(Buffer.alloc(chunk));
      if (filler === "text") for (let at = 0; at < chunk; at += 4096) sentence.copy(part, at);
      yield part.subarray(0, Math.min(left, chunk));
    }
  }
  return { size, parts: parts() };
}
