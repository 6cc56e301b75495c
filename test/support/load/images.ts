import { randomBytes } from "node:crypto";
import { sha256 } from "../../../src/images/digest";
import type { Descriptor, Manifest } from "../../../src/images/manifest";
import { mediaTypes } from "../../../src/images/mediaTypes";
import { drained, type Way } from "./way";

/** An image as it was pushed: what every later look must find. */
export interface LoadImage {
  repository: string;
  tag: string;
  /** Of its manifest. */
  digest: string;
}

/** Pushes an image as `docker push` does: each layer by a POST, a PATCH and a PUT, which may reach different pods. */
export async function pushLayers(
  way: Way,
  repository: string,
  tag: string,
  layers: readonly Buffer[],
): Promise<LoadImage> {
  const config = Buffer.from(
    JSON.stringify({
      os: "linux",
      architecture: "amd64",
      rootfs: { type: "layers", diff_ids: layers.map((layer) => sha256(layer)) },
    }),
  );
  for (const bytes of [...layers, config]) await pushBlob(way, repository, bytes);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: descriptor(mediaTypes.ociConfig, config),
      layers: layers.map((layer) => descriptor(mediaTypes.ociLayer, layer)),
    }),
  );
  const stored = await way.ask("PUT", `/v2/${repository}/manifests/${tag}`, 201, {
    headers: { "content-type": mediaTypes.ociManifest },
    body: manifest,
  });
  await drained(stored);
  return { repository, tag, digest: sha256(manifest) };
}

/** Pulls an image: its manifest by tag, its config and every layer, each compared with its digest. */
export async function pull(
  way: Way,
  { repository, tag, digest }: LoadImage,
  bytesPerSecond?: number,
): Promise<number> {
  const bytes = await way.manifest(repository, tag, digest);
  const { config, layers } = JSON.parse(bytes.toString()) as Manifest;
  for (const blob of [config, ...layers]) await way.blob(repository, blob, bytesPerSecond);
  return 1 + layers.length;
}

/** Pushes what is pulled under load: layers that nested repositories share, and one image with a large layer. */
export async function pushShelf(
  way: Way,
  largeBytes: number,
): Promise<{ shelf: LoadImage[]; large: LoadImage }> {
  const shelf: LoadImage[] = [];
  for (const name of ["one", "two", "three", "four"]) {
    const shared = randomBytes(100_000);
    for (const repository of [`shelf/${name}`, `shelf/${name}/inner`, `shelf/${name}/inner/most`])
      for (const tag of ["1", "2"])
        shelf.push(await pushLayers(way, repository, tag, [shared, randomBytes(20_000)]));
  }
  return { shelf, large: await pushLayers(way, "shelf/large", "1", [randomBytes(largeBytes)]) };
}

async function pushBlob(way: Way, repository: string, bytes: Buffer): Promise<void> {
  const begun = await way.ask("POST", `/v2/${repository}/blobs/uploads/`, 202);
  await drained(begun);
  const headers = {
    "content-type": "application/octet-stream",
    "content-range": `0-${bytes.length - 1}`,
  };
  const sent = await way.ask("PATCH", locationOf(begun.headers), 202, { headers, body: bytes });
  await drained(sent);
  const end = `${locationOf(sent.headers)}?digest=${sha256(bytes)}`;
  const stored = await way.ask("PUT", end, 201);
  await drained(stored);
}

/** The path of an upload. Zot's has no query. */
function locationOf(headers: { location?: string | string[] | undefined }): string {
  return new URL(String(headers.location), "http://registry").pathname;
}

function descriptor(mediaType: string, bytes: Buffer): Descriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}
