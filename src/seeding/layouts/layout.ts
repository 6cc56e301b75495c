import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { sha256 } from "../../images/digest";
import { isIndex, parseManifest, type Descriptor, type Manifest } from "../../images/manifest";
import { mediaTypes } from "../../images/mediaTypes";

/** An OCI layout that holds one image (image-spec, "image-layout.md"). */
export interface Layout {
  manifest: Manifest;
  /** The config's bytes. */
  config: Buffer;
  /** Digests of the uncompressed layers, the lowest first. */
  diffIds: string[];
}

const rootfs = z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) });

export const blobFolder = (folder: string) => join(folder, "blobs", "sha256");

export const blobPath = (folder: string, digest: string) =>
  join(blobFolder(folder), digest.slice("sha256:".length));

/**
 * What the layout in `folder` says of its image. Manifest and config are compared with their digests, of the layers their sizes alone.
 *
 * @throws Error that says what is missing or wrong.
 */
export function readLayout(folder: string): Layout {
  const manifest = readManifest(folder);
  for (const { digest, size } of manifest.layers) {
    const found = statSync(blobPath(folder, digest)).size;
    if (found !== size) throw new Error(`${digest} has ${found} bytes instead of ${size}`);
  }
  const config = readBlob(folder, manifest.config);
  const { diff_ids } = rootfs.parse(JSON.parse(config.toString())).rootfs;
  return { manifest, config, diffIds: diff_ids };
}

/** The digest of a blob that is missing or is not what its digest says; undefined where the layout in `folder` is whole. */
export async function brokenBlob(folder: string): Promise<string | undefined> {
  const { config, layers } = readManifest(folder);
  for (const { digest } of [config, ...layers])
    if ((await digestOfFile(blobPath(folder, digest))) !== digest) return digest;
  return undefined;
}

function readManifest(folder: string): Manifest {
  const bytes = readFileSync(join(folder, "index.json"));
  const index = parseManifest(bytes, mediaTypes.ociIndex).document;
  const [only, ...others] = isIndex(index) ? index.manifests : [];
  if (only === undefined || others.length > 0)
    throw new Error(`index.json names ${others.length + (only ? 1 : 0)} images instead of one`);
  const { document } = parseManifest(readBlob(folder, only), only.mediaType);
  if (isIndex(document)) throw new Error("index.json names an index instead of an image");
  return document;
}

function readBlob(folder: string, { digest }: Descriptor): Buffer {
  const bytes = readFileSync(blobPath(folder, digest));
  if (sha256(bytes) !== digest) throw new Error(`${digest} is not what its digest says`);
  return bytes;
}

async function digestOfFile(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return undefined;
  }
  return `sha256:${hash.digest("hex")}`;
}
