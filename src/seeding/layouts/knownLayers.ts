import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../images/digest";
import type { CompressedLayer } from "./keptLayouts";
import { blobFolder, blobPath } from "./layout";

/** What skopeo writes of them, in its order: the order of the keys counts, for the digest. */
interface Written {
  index: { manifests: [{ digest: string }] };
  manifest: { layers: { digest: string }[] };
}

/**
 * Lets `write` make an OCI layout and compress only the layers that are not `known` yet, by the digests of what they were before.
 *
 * skopeo leaves a layer alone whose blob is there (containers/image, oci/layout: TryReusingBlob asks for the file alone): for each
 * known layer an empty file stands in, and its place in the manifest is given to the compressed blob afterwards. A skopeo that
 * compressed the layer all the same has written a whole manifest, which stays.
 */
export async function withKnownLayers(
  layout: string,
  known: ReadonlyMap<string, CompressedLayer>,
  write: () => Promise<void>,
): Promise<void> {
  mkdirSync(blobFolder(layout), { recursive: true, mode: 0o700 });
  for (const diffId of known.keys()) writeFileSync(blobPath(layout, diffId), "");
  await write();
  for (const diffId of known.keys()) rmSync(blobPath(layout, diffId), { force: true });
  const path = join(layout, "index.json");
  const index = JSON.parse(readFileSync(path, "utf8")) as Written["index"];
  const [written] = index.manifests;
  const before = blobPath(layout, written.digest);
  const manifest = JSON.parse(readFileSync(before, "utf8")) as Written["manifest"];
  const used = new Map<string, CompressedLayer>();
  const layers = manifest.layers.map((layer) => {
    const same = known.get(layer.digest);
    if (same === undefined) return layer;
    used.set(same.digest, same);
    const { mediaType, digest, size } = same;
    return { mediaType, digest, size };
  });
  if (used.size === 0) return;
  for (const { digest, path } of used.values()) linkSync(path, blobPath(layout, digest));
  const text = JSON.stringify({ ...manifest, layers });
  const digest = sha256(text);
  rmSync(before);
  writeFileSync(blobPath(layout, digest), text);
  const manifests = [{ ...written, digest, size: Buffer.byteLength(text) }];
  writeFileSync(path, JSON.stringify({ ...index, manifests }));
}
