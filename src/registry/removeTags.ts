import { RegistryError, type RegistryClient } from "./client";
import { sha256 } from "../images/digest";
import { mediaTypes } from "../images/mediaTypes";

/**
 * Removes `tags` of `repository`, those that hold one of `digests`: a tag that moved since is somebody else's. A
 * registry that deletes by digest alone (distribution) loses the manifest only where no other tag holds it.
 */
export async function removeTags(
  client: RegistryClient,
  repository: string,
  tags: readonly string[],
  digests: ReadonlySet<string>,
): Promise<void> {
  for (const tag of tags) {
    const digest = (await client.headManifest(repository, tag))?.digest;
    if (digest === undefined || !digests.has(digest)) continue;
    try {
      await client.deleteManifest(repository, tag);
    } catch (error) {
      if (!isByDigestOnly(error)) throw error;
      if (await isShared(client, repository, digest, tags))
        await removeTag(client, repository, tag);
      else await client.deleteManifest(repository, digest);
    }
  }
}

/**
 * Removes one tag and nothing else, whatever holds the same manifest. A registry that deletes by digest alone
 * (distribution) would take every tag of the digest along: there the tag first moves to an empty index of its own.
 *
 * @throws RegistryError where neither can be, and then the tag is as it was
 */
export async function removeTag(
  client: RegistryClient,
  repository: string,
  tag: string,
): Promise<void> {
  try {
    await client.deleteManifest(repository, tag);
  } catch (error) {
    if (!isByDigestOnly(error)) throw error;
    const mediaType = mediaTypes.ociIndex;
    const annotations = { "org.opencontainers.image.ref.name": tag };
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType, manifests: [], annotations }),
    );
    // Nothing is there yet: the answer tells whether this registry deletes at all, before the tag moves.
    await client.deleteManifest(repository, sha256(bytes));
    await client.putManifest(repository, tag, bytes, mediaType);
    await client.deleteManifest(repository, sha256(bytes));
  }
}

/** How distribution answers the deletion of a tag: 2.8 says DIGEST_INVALID, 3 says UNSUPPORTED. */
export function isByDigestOnly(error: unknown): boolean {
  return (
    error instanceof RegistryError && ["DIGEST_INVALID", "UNSUPPORTED"].includes(error.code ?? "")
  );
}

async function isShared(
  client: RegistryClient,
  repository: string,
  digest: string,
  tags: readonly string[],
): Promise<boolean> {
  for await (const other of client.tags(repository)) {
    if (tags.includes(other)) continue;
    if ((await client.headManifest(repository, other))?.digest === digest) return true;
  }
  return false;
}
