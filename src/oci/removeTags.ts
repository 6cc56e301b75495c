import { RegistryError, type RegistryClient } from "./client";

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
      if (await isShared(client, repository, digest, tags)) continue;
      await client.deleteManifest(repository, digest);
    }
  }
}

/** How distribution answers the deletion of a tag: 2.8 says DIGEST_INVALID, 3 says UNSUPPORTED. */
function isByDigestOnly(error: unknown): boolean {
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
