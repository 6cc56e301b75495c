import { parseCosignTag } from "../images/cosignTag";
import { isIndex, type Descriptor } from "../images/manifest";
import { isIndexType, mediaTypes } from "../images/mediaTypes";
import { formatPlatform, platformOfConfig } from "../images/platform";
import { RegistryError, type ManifestAnswer, type RegistryClient } from "../registry/client";
import { sortedRelease, type CosignTag, type Referrer, type Release } from "./releases";

/** More belongs to no image; a registry that goes on is making it up. */
const mostReferrers = 1000;

/** An image of a source that cannot be promoted as it is. */
export class ReleaseError extends Error {
  override readonly name = "ReleaseError";
}

/**
 * What a repository has under a tag now, with all that belongs to it: children, referrers and theirs, and what cosign keeps under
 * tags of its own; undefined where there is no such tag. The tag is asked for once, and all else by digest.
 *
 * @throws ReleaseError for what cannot be copied as it is
 */
export async function resolveRelease(
  client: RegistryClient,
  repository: string,
  tag: string,
): Promise<Release | undefined> {
  const found = await client.getManifest(repository, tag);
  if (found === undefined) return undefined;
  const { digest, mediaType } = found;
  const children = await childrenOf(client, repository, found);
  const own = [...new Set([digest, ...children.map((child) => child.digest)])];
  const attached = await attachedTo(client, repository, own);
  return sortedRelease({ digest, mediaType, children, ...attached });
}

async function childrenOf(
  client: RegistryClient,
  repository: string,
  { digest, document }: ManifestAnswer,
): Promise<Release["children"]> {
  if (!isIndex(document)) {
    const platform = await platformIn(client, repository, document.config);
    return platform === undefined ? [] : [{ platform, digest }];
  }
  const nested = document.manifests.find((child) => isIndexType(child.mediaType));
  if (nested !== undefined)
    throw new ReleaseError(
      `${repository}@${digest} names another index, ${nested.digest}: skopeo copies none within another`,
    );
  const children = await Promise.all(
    document.manifests.map(async (child) => ({
      platform:
        child.platform === undefined
          ? await platformOfChild(client, repository, child.digest)
          : stated(child.platform),
      digest: child.digest,
    })),
  );
  return [...new Map(children.map((each) => [`${each.platform} ${each.digest}`, each])).values()];
}

const stated = ({ os, architecture, variant }: NonNullable<Descriptor["platform"]>) =>
  formatPlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });

async function platformOfChild(client: RegistryClient, repository: string, digest: string) {
  const child = await needed(client, repository, digest);
  const platform = isIndex(child.document)
    ? undefined
    : await platformIn(client, repository, child.document.config);
  return platform ?? "unknown/unknown";
}

/** What an image's config says; a chart's or a signature's says nothing. */
async function platformIn(
  client: RegistryClient,
  repository: string,
  { mediaType, digest }: { mediaType: string; digest: string },
): Promise<string | undefined> {
  if (mediaType !== mediaTypes.ociConfig && mediaType !== mediaTypes.dockerConfig) return undefined;
  const config = await client.getBlob(repository, digest);
  if (config === undefined) throw new ReleaseError(`${repository} has no config ${digest}`);
  const platform = platformOfConfig(config);
  return platform.os === "" || platform.architecture === "" ? undefined : formatPlatform(platform);
}

/** Everything that refers to one of `digests`, and to that in turn. */
async function attachedTo(
  client: RegistryClient,
  repository: string,
  digests: readonly string[],
): Promise<Pick<Release, "referrers" | "cosignTags">> {
  const tagged = await cosignTagsIn(client, repository);
  const referrers: Referrer[] = [];
  const cosignTags: CosignTag[] = [];
  const known = new Set(digests);
  // Grows while it is walked: what is found may be referred to itself.
  const waiting = [...digests];
  const meet = (digest: string) => {
    if (!known.has(digest)) waiting.push(digest);
    known.add(digest);
  };
  for (const subject of waiting) {
    if (waiting.length > mostReferrers)
      throw new ReleaseError(`more than ${mostReferrers} manifests belong to one image`);
    for (const digest of await referrersOf(client, repository, subject)) {
      referrers.push(await referrerAt(client, repository, digest, subject));
      meet(digest);
    }
    for (const tag of tagged.get(subject) ?? []) {
      const held = await client.headManifest(repository, tag);
      if (held === undefined) continue;
      cosignTags.push({ tag, digest: held.digest });
      meet(held.digest);
    }
  }
  return { referrers, cosignTags };
}

/** The tags of cosign's scheme, by the digest that they are about. */
async function cosignTagsIn(client: RegistryClient, repository: string) {
  const found = new Map<string, string[]>();
  for await (const tag of client.tags(repository)) {
    const subject = parseCosignTag(tag)?.subject;
    if (subject !== undefined) found.set(subject, [...(found.get(subject) ?? []), tag]);
  }
  return found;
}

async function referrersOf(
  client: RegistryClient,
  repository: string,
  subject: string,
): Promise<string[]> {
  const found = new Set<string>();
  try {
    for await (const { digest } of client.referrers(repository, subject)) found.add(digest);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.status !== 404) throw error;
    // A registry without the list keeps it under a tag (OCI distribution spec 1.1, "Referrers Tag Schema").
    const list = await client.getManifest(repository, subject.replace(":", "-").slice(0, 128));
    if (list !== undefined && isIndex(list.document))
      for (const { digest } of list.document.manifests) found.add(digest);
  }
  return [...found];
}

async function referrerAt(
  client: RegistryClient,
  repository: string,
  digest: string,
  subject: string,
): Promise<Referrer> {
  const { document } = await needed(client, repository, digest);
  if (document.subject?.digest !== subject)
    throw new ReleaseError(
      `${repository}@${digest} is listed as a referrer of ${subject}, and refers to ${document.subject?.digest ?? "nothing"}`,
    );
  const type = document.artifactType ?? "";
  const config = isIndex(document) ? "unknown" : document.config.mediaType;
  return { digest, subject, artifactType: type === "" ? config : type };
}

async function needed(
  client: RegistryClient,
  repository: string,
  digest: string,
): Promise<ManifestAnswer> {
  const found = await client.getManifest(repository, digest);
  if (found === undefined) throw new ReleaseError(`${repository} has lost ${digest}`);
  return found;
}
