import { RegistryError, type RegistryClient } from "../registry/client";
import type { SeedPlatform } from "./findImage";
import { isByDigestOnly, removeTag } from "../registry/removeTags";

const prefix = "zot-fleet-seeding-";

/**
 * The tag under which a platform's image is pushed: nobody pulls by it, so that what lands can be compared with the lock
 * before a tag that counts moves. It goes by the image, so that what a killed run left is found again.
 */
export const stagingTag = ({ config }: Pick<SeedPlatform, "config">) =>
  prefix + config.slice("sha256:".length);

const isStaging = (tag: string) =>
  /^[0-9a-f]{64}$/.test(tag.slice(prefix.length)) && tag.startsWith(prefix);

/** The staging tags that seedings of this process are using now: what others left may be removed beside them. */
const live = new Set<string>();

/** Runs `work` while `platforms` are pushed to `repository`, and removes their staging tags afterwards, also where it fails. */
export async function withStaging<T>(
  client: RegistryClient,
  repository: string,
  platforms: readonly SeedPlatform[],
  work: () => Promise<T>,
): Promise<T> {
  const tags = platforms.map(stagingTag);
  const names = tags.map((tag) => nameOf(client, repository, tag));
  for (const name of names) live.add(name);
  try {
    const done = await work();
    await removeStaging(client, repository, tags);
    return done;
  } catch (error) {
    // The error of the push is the one to throw; the next run removes what stays.
    await removeStaging(client, repository, tags).catch(() => undefined);
    throw error;
  } finally {
    for (const name of names) live.delete(name);
  }
}

/** The staging tags that runs left that are no more: of images that nobody seeds now, too. */
export async function leftStaging(client: RegistryClient, repository: string): Promise<string[]> {
  const left: string[] = [];
  for await (const tag of client.tags(repository)) {
    if (isStaging(tag) && !live.has(nameOf(client, repository, tag))) left.push(tag);
  }
  return left;
}

/** Removes staging tags, those that are there. Where the account may not, they stay: they hold nothing but locked images. */
export async function removeStaging(
  client: RegistryClient,
  repository: string,
  tags: readonly string[],
): Promise<void> {
  for (const tag of tags) {
    if ((await client.headManifest(repository, tag)) === undefined) continue;
    try {
      await removeTag(client, repository, tag);
    } catch (error) {
      if (!mayNotDelete(error)) throw error;
    }
  }
}

const nameOf = ({ origin }: RegistryClient, repository: string, tag: string) =>
  `${origin}/${repository}:${tag}`;

/** An account that may only create, or a registry that deletes nothing. */
const mayNotDelete = (error: unknown) =>
  (error instanceof RegistryError && error.status === 403) || isByDigestOnly(error);
