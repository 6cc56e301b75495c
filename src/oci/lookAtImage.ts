import type { RegistryClient } from "./client";
import { canonicalConfigDigest } from "./imageConfig";
import { buildIndex, type IndexChild } from "./imageIndex";
import { isIndex } from "./manifest";
import { tagSuffix, parsePlatform, platformOfConfig } from "./platform";

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

export interface FoundImage {
  children: {
    wanted: SeedPlatform;
    /** The tag that holds this platform's manifest. */
    tag: string;
    /** What that tag resolves to, whatever image it is. */
    digest?: string;
    /** The manifest, where it is of the wanted image. */
    found?: IndexChild;
  }[];
  /** What each of the image's tags resolves to. */
  tags: { tag: string; digest?: string }[];
  /** What each of the image's tags should hold; absent while a child is missing. */
  target?: { digest: string; mediaType: string; bytes: Buffer };
}

/** The largest image config that is read; Docker's own limit for a manifest is the same. */
const configLimit = 4 * 1024 * 1024;

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
export async function lookAt(client: RegistryClient, image: ImageToSeed): Promise<FoundImage> {
  const tagOf = childTags(image);
  const looks = await Promise.all(
    image.platforms.map(async (wanted, position) => {
      const tag = tagOf[position] ?? "";
      return { wanted, tag, ...(await lookAtChild(client, image.repository, tag, wanted)) };
    }),
  );
  const children = looks.map(({ bytes: _, ...child }) => child);
  const target = targetOf(looks);
  const known = image.platforms.length === 1 ? looks[0] : undefined;
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

type Look = FoundImage["children"][number] & { bytes?: Buffer };

async function lookAtChild(
  client: RegistryClient,
  repository: string,
  tag: string,
  wanted: SeedPlatform,
): Promise<Pick<Look, "digest" | "found" | "bytes">> {
  const manifest = await client.getManifest(repository, tag);
  if (manifest === undefined) return {};
  const { digest, mediaType, size, bytes, document } = manifest;
  if (isIndex(document)) return { digest };
  const config = await client.getBlob(repository, document.config.digest, configLimit);
  if (config === undefined || canonicalConfigDigest(config) !== wanted.config) return { digest };
  return {
    digest,
    bytes,
    found: {
      digest,
      mediaType,
      size,
      platform: platformOfConfig(config),
      // As crane's `index append` writes them, from v0.22.1.
      artifactType: document.config.mediaType,
      ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
    },
  };
}

function targetOf(looks: Look[]): FoundImage["target"] {
  const found = looks.flatMap((look) => (look.found === undefined ? [] : [look.found]));
  if (found.length < looks.length) return undefined;
  const [only] = looks;
  if (looks.length > 1) return buildIndex(found);
  if (only?.found === undefined || only.bytes === undefined) return undefined;
  return { digest: only.found.digest, mediaType: only.found.mediaType, bytes: only.bytes };
}
