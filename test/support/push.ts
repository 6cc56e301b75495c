import { gzipSync } from "node:zlib";
import type { RegistryClient } from "../../src/registry/client";
import { sha256 } from "../../src/images/digest";
import type { Descriptor } from "../../src/images/manifest";
import { mediaTypes } from "../../src/images/mediaTypes";

/** Uploads a blob, as a POST and a PUT (OCI distribution spec, "Pushing a blob monolithically"), and returns its digest. */
export async function pushBlob(
  client: Pick<RegistryClient, "origin" | "request">,
  repository: string,
  bytes: Buffer,
): Promise<string> {
  const digest = sha256(bytes);
  const started = await client.request({
    method: "POST",
    path: `/v2/${repository}/blobs/uploads/`,
    body: "",
  });
  if (started.status !== 202) throw new Error(`upload not started: ${started.status}`);
  const session = new URL(started.headers["location"] ?? "", client.origin);
  session.searchParams.set("digest", digest);
  const stored = await client.request({
    method: "PUT",
    path: session.pathname + session.search,
    headers: { "content-type": "application/octet-stream" },
    body: bytes,
  });
  if (stored.status !== 201) throw new Error(`blob not stored: ${stored.status}`);
  return digest;
}

export interface PushedImage {
  /** Of the manifest. */
  digest: string;
  bytes: Buffer;
  config: string;
  layer: string;
}

/** Pushes a small image; `content` makes it another one. Default platform: linux/amd64. */
export async function pushImage(
  client: RegistryClient,
  repository: string,
  tag: string,
  content = "hello",
  platform = { os: "linux", architecture: "amd64" },
): Promise<PushedImage> {
  const plain = Buffer.from(content);
  const layer = gzipSync(plain);
  const config = Buffer.from(
    JSON.stringify({ ...platform, rootfs: { type: "layers", diff_ids: [sha256(plain)] } }),
  );
  await pushBlob(client, repository, layer);
  await pushBlob(client, repository, config);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: descriptor(mediaTypes.ociConfig, config),
    layers: [descriptor(mediaTypes.ociLayerGzip, layer)],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = await client.putManifest(repository, tag, bytes, mediaTypes.ociManifest);
  return { digest, bytes, config: sha256(config), layer: sha256(layer) };
}

function descriptor(mediaType: string, bytes: Buffer): Descriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}
