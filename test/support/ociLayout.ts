import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";

/** Lays a small image on disk as Zot keeps it (an OCI layout a repository), with some tags. */
export async function layImage(
  storage: string,
  repository: string,
  tags: readonly string[],
): Promise<void> {
  const folder = join(storage, repository);
  const blobs = join(folder, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const write = async (bytes: Buffer, mediaType: string) => {
    const digest = sha256(bytes);
    await writeFile(join(blobs, digest.slice("sha256:".length)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const config = await write(
    Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}'),
    mediaTypes.ociConfig,
  );
  const layer = await write(Buffer.from("layer"), mediaTypes.ociLayerGzip);
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
