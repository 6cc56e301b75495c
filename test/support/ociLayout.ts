import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";

/** Lays a small image on disk as Zot keeps it (an OCI layout a repository), with some tags; `content` makes it another one. */
export async function layImage(
  storage: string,
  repository: string,
  tags: readonly string[],
  content = "layer",
): Promise<void> {
  const folder = join(storage, repository);
  const blobs = join(folder, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const write = async (bytes: Buffer, mediaType: string) => {
    const digest = sha256(bytes);
    await writeFile(join(blobs, digest.slice("sha256:".length)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const plain = Buffer.from(content);
  const rootfs = { type: "layers", diff_ids: [sha256(plain)] };
  const config = await write(
    Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", rootfs })),
    mediaTypes.ociConfig,
  );
  const layer = await write(gzipSync(plain), mediaTypes.ociLayerGzip);
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config,
    layers: [layer],
  });
  const manifest = await write(Buffer.from(text), mediaTypes.ociManifest);
  const manifests = tags.map((tag) => ({
    ...manifest,
    annotations: { "org.opencontainers.image.ref.name": tag },
  }));
  await mkdir(join(folder, ".uploads"), { recursive: true });
  await writeFile(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
}
