import { isIndex, type Descriptor } from "../images/manifest";
import { isIndexType, isManifestType } from "../images/mediaTypes";
import { RegistryError } from "../registry/errors";
import type { ManifestAnswer, RegistryClient } from "../registry/client";
import { sentinelTags } from "../zot/sentinel";
import type { ListedReferrer, ListedRepository } from "./registryList";

/** What a repository has lost: something that is named there, and cannot be read. */
export interface Loss {
  /** What names it, as `repository:tag` or `repository@digest`. */
  subject: string;
  detail: string;
}

/** A blob, and the manifest that names it. */
export interface NamedBlob extends Pick<Descriptor, "digest" | "size" | "urls"> {
  /** The digest of the manifest. */
  of: string;
}

/** What a repository holds, as far as its tags lead: what no tag leads to is not seen. */
export interface HeldRepository extends ListedRepository {
  /** Manifests and indexes: of tags, children and referrers. */
  manifests: number;
  /** Configs, layers and whatever else manifests name, each once. */
  blobs: NamedBlob[];
  losses: Loss[];
}

/**
 * Walks a repository: from its tags to the children of indexes, to all that refers to any of them, and to what refers to that. All
 * but the tags is asked for by digest. What is gone when it is asked for after it was listed is a loss, also where somebody
 * deleted it in between.
 *
 * @throws RegistryError where the registry cannot be asked
 */
export async function readRepository(
  client: RegistryClient,
  repository: string,
): Promise<HeldRepository> {
  const walk = new Walk(client, repository);
  await walk.tags();
  return walk.found;
}

/** The repositories that an account may see, sorted; without the sentinel, which every deployment over a bucket writes itself. */
export async function readCatalog(client: RegistryClient): Promise<string[]> {
  const names = new Set<string>();
  for await (const name of client.catalog()) names.add(name);
  names.delete(sentinelTags.repository);
  return [...names].sort();
}

class Walk {
  readonly #client: RegistryClient;
  readonly #repository: string;
  readonly #seen = new Set<string>();
  readonly #blobs = new Map<string, NamedBlob>();
  readonly #tags: ListedRepository["tags"] = [];
  readonly #referrers: ListedReferrer[] = [];
  readonly #losses: Loss[] = [];

  constructor(client: RegistryClient, repository: string) {
    this.#client = client;
    this.#repository = repository;
  }

  get found(): HeldRepository {
    return {
      repository: this.#repository,
      tags: this.#tags,
      referrers: this.#referrers,
      manifests: this.#seen.size,
      blobs: [...this.#blobs.values()],
      losses: this.#losses,
    };
  }

  async tags(): Promise<void> {
    const names = await listed(() => this.#client.tags(this.#repository));
    await Promise.all(
      names.map(async (tag) => {
        const manifest = await this.#read(tag, `${this.#repository}:${tag}`);
        if (manifest === undefined) return;
        this.#tags.push({ tag, digest: manifest.digest });
        await this.#manifest(manifest);
      }),
    );
  }

  async #manifest({ digest, document }: ManifestAnswer): Promise<void> {
    if (this.#seen.has(digest)) return;
    this.#seen.add(digest);
    const subject = `${this.#repository}@${digest}`;
    const named = isIndex(document) ? document.manifests : [document.config, ...document.layers];
    // BuildKit's caches are indexes that name layers (moby/buildkit, cache/remotecache).
    const isChild = ({ mediaType }: Descriptor) =>
      isManifestType(mediaType) || isIndexType(mediaType);
    const children = isIndex(document) ? named.filter(isChild) : [];
    for (const blob of named.filter((each) => !children.includes(each)))
      if (!this.#blobs.has(blob.digest)) this.#blobs.set(blob.digest, { ...blob, of: digest });
    await Promise.all([
      ...children.map((child) => this.#digest(child.digest, subject)),
      this.#referring(digest, subject),
    ]);
  }

  async #referring(digest: string, subject: string): Promise<void> {
    const referrers = await listed(() => this.#client.referrers(this.#repository, digest));
    const each = new Map(referrers.map((referrer) => [referrer.digest, referrer]));
    await Promise.all(
      [...each.values()].map(async ({ digest: own, artifactType = "" }) => {
        this.#referrers.push({ subject: digest, digest: own, artifactType });
        await this.#digest(own, subject);
      }),
    );
  }

  async #digest(digest: string, subject: string): Promise<void> {
    if (this.#seen.has(digest)) return;
    const manifest = await this.#read(digest, subject);
    if (manifest !== undefined) await this.#manifest(manifest);
  }

  async #read(reference: string, subject: string): Promise<ManifestAnswer | undefined> {
    const answer = await readable(() => this.#client.getManifest(this.#repository, reference));
    if ("problem" in answer)
      this.#losses.push({ subject, detail: `the manifest ${reference}: ${answer.problem}` });
    else if (answer.found === undefined)
      this.#losses.push({ subject, detail: `missing: the manifest ${reference}` });
    else return answer.found;
    return undefined;
  }
}

/**
 * What a registry answers of one object, or why that object cannot be read: its bytes are others, or the registry fails over it.
 *
 * @throws RegistryError where the answer says nothing of the object: no connection, no right, no storage
 */
export async function readable<T>(
  read: () => Promise<T>,
): Promise<{ found: T } | { problem: string }> {
  try {
    return { found: await read() };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { reason, status, message } = error;
    const isRefused = status === 401 || status === 403;
    if (reason === "answer" || (reason === "status" && !isRefused)) return { problem: message };
    throw error;
  }
}

/** A whole list; empty where the registry has no such thing: the repository went, or it is one that knows no referrers. */
async function listed<Item>(list: () => AsyncGenerator<Item>): Promise<Item[]> {
  const all: Item[] = [];
  try {
    for await (const item of list()) all.push(item);
  } catch (error) {
    if (error instanceof RegistryError && error.reason === "status" && error.status === 404)
      return [];
    throw error;
  }
  return all;
}
