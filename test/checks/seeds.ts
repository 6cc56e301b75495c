import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ExpectedImage } from "../../src/checks/expectations";
import type { RegistryClient } from "../../src/registry/client";
import { buildIndex } from "../../src/images/imageIndex";
import { mediaTypes } from "../../src/images/mediaTypes";
import { pushImage, type PushedImage } from "../support/push";
import type { RunningRegistry } from "../support/registry";

/** Pushes an image for linux/amd64 as `repository:v1`. */
export async function pushSeed(
  client: RegistryClient,
  repository: string,
): Promise<{ pushed: PushedImage; image: ExpectedImage }> {
  const pushed = await pushImage(client, repository, "v1", `content of ${repository}`);
  const { digest } = pushed;
  return { pushed, image: { repository, tags: ["v1"], digest, platforms: ["linux/amd64"] } };
}

/** Pushes an image for two platforms as `repository:v1`, as seeding makes it. */
export async function pushIndexSeed(
  client: RegistryClient,
  repository: string,
): Promise<{ children: PushedImage[]; image: ExpectedImage }> {
  const push = async (architecture: string) => {
    const platform = { os: "linux", architecture };
    const content = `${repository} for ${architecture}`;
    const pushed = await pushImage(client, repository, `v1-${architecture}`, content, platform);
    return { ...pushed, platform, mediaType: mediaTypes.ociManifest, size: pushed.bytes.length };
  };
  const children = [await push("amd64"), await push("arm64")];
  const { bytes, mediaType, digest } = buildIndex(children);
  await client.putManifest(repository, "v1", bytes, mediaType);
  const platforms = ["linux/amd64", "linux/arm64"];
  return { children, image: { repository, tags: ["v1"], digest, platforms } };
}

/** The files that hold a digest's bytes: several where Zot did not link them. */
export function blobFiles({ kind, folder }: RunningRegistry, digest: string): string[] {
  const hex = digest.replace("sha256:", "");
  const end = kind === "zot" ? `/${hex}` : `/${hex}/data`;
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(end))
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
}
