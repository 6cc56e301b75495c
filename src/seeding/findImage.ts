import type { RegistryClient } from "../registry/client";
import { canonicalConfigDigest } from "../images/imageConfig";
import { buildIndex, type IndexChild } from "../images/imageIndex";
import { isIndex } from "../images/manifest";
import { tagSuffix, parsePlatform, platformOfConfig } from "../images/platform";

/** One platform of an image to seed, as the lock has it. */
export interface SeedPlatform {
  /** As `os/architecture[/variant]`. */
  platform: string;
  /** The docker-archive's path, as the stack file writes it. */
  archive: string;
  imageId: string;
  /** The digest of the canonical config: what makes two images the same before and after conversion to OCI. */
  config: string;
}

export interface ImageToSeed {
  repository: string;
  tags: readonly string[];
  platforms: readonly SeedPlatform[];
}

/** A manifest that a registry holds, of the image that was wanted. */
export interface HeldManifest extends IndexChild {
  bytes: Buffer;
}

/** What a registry holds of one platform. */
export interface FoundChild {
  wanted: SeedPlatform;
  /** The tag that holds this platform's manifest. */
  tag: string;
  /** What that tag resolves to, whatever image it is. */
  digest?: string;
  /** The manifest, where it is of the wanted image. */
  manifest?: HeldManifest;
}

/** What each of an image's tags should hold. */
export interface Target {
  digest: string;
  mediaType: string;
  bytes: Buffer;
}

export interface FoundImage {
  children: FoundChild[];
  /** What each of the image's tags resolves to. */
  tags: { tag: string; digest?: string }[];
  /** Absent while a child is missing. */
  target?: Target;
}

export const imageTag = (image: Pick<ImageToSeed, "repository">, tag: string) =>
  `${image.repository}:${tag}`;

/** The tags that hold one platform each: the first tag alone, or `<first tag>-<arch>` where there are several. */
export function childTags({
  tags,
  platforms,
}: Pick<ImageToSeed, "tags"> & { platforms: readonly { platform: string }[] }): string[] {
  const [first = "latest"] = tags;
  return platforms.length === 1
    ? [first]
    : platforms.map(({ platform }) => `${first}-${tagSuffix(parsePlatform(platform))}`);
}

/** What the registry holds of `image`, by reading alone: a manifest and a config for each platform, a HEAD for each tag. */
export async function findImage(client: RegistryClient, image: ImageToSeed): Promise<FoundImage> {
  const tagOf = childTags(image);
  const children = await Promise.all(
    image.platforms.map(async (wanted, position) => {
      const tag = tagOf[position] ?? "";
      return { wanted, tag, ...(await findChild(client, image.repository, tag, wanted)) };
    }),
  );
  const target = targetOf(children);
  const known = image.platforms.length === 1 ? children[0] : undefined;
  const tags = await Promise.all(
    image.tags.map(async (tag) => {
      if (tag === known?.tag)
        return { tag, ...(known.digest === undefined ? {} : { digest: known.digest }) };
      const head = await client.headManifest(image.repository, tag);
      return head === undefined ? { tag } : { tag, digest: head.digest };
    }),
  );
  return { children, tags, ...(target === undefined ? {} : { target }) };
}

/** What a tag or a digest stands for, and whether it is the wanted image: by its canonical config, whoever converted it. */
export async function findChild(
  client: RegistryClient,
  repository: string,
  reference: string,
  wanted: SeedPlatform,
): Promise<Pick<FoundChild, "digest" | "manifest">> {
  const answer = await client.getManifest(repository, reference);
  if (answer === undefined) return {};
  const { digest, mediaType, size, bytes, document } = answer;
  if (isIndex(document)) return { digest };
  const config = await client.getBlob(repository, document.config.digest);
  if (config === undefined || canonicalConfigDigest(config) !== wanted.config) return { digest };
  return {
    digest,
    manifest: {
      digest,
      mediaType,
      size,
      bytes,
      platform: platformOfConfig(config),
      // As crane's `index append` writes them, from v0.22.1.
      artifactType: document.config.mediaType,
      ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
    },
  };
}

/** What the tags of an image should hold: its only manifest, or the index of all; undefined while one is missing. */
export function targetOf(children: readonly Pick<FoundChild, "manifest">[]): Target | undefined {
  const manifests = children.flatMap(({ manifest }) => (manifest === undefined ? [] : [manifest]));
  if (manifests.length < children.length) return undefined;
  const [only] = manifests;
  return manifests.length > 1 ? buildIndex(manifests) : only;
}
