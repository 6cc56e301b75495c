import { isReached, readReach } from "../facts/reach";
import { readKind } from "../facts/zot";
import { listKeys } from "../keys/registryKeys";
import { RegistryError, type RegistryClient } from "../registry/client";
import { isStorageAway } from "../registry/errors";
import { isAttestation, isIndex } from "../images/manifest";
import { formatPlatform, platformOfConfig } from "../images/platform";
import { isDigest } from "../images/reference";
import type { ImageFacts, RegistryFacts } from "./snapshot";
import type { Wanted } from "./wanted";

/** How a registry is called, and where it is reached by people. */
export type Place = Pick<RegistryFacts, "host" | "aliases" | "url">;

/** Looks at a registry, whatever state it is in; what cannot be read is left out, never guessed. */
export async function gatherRegistry(
  client: RegistryClient,
  place: Place,
  wanted: readonly Wanted[],
  upstreamPrefixes: readonly string[],
  account: string | undefined,
): Promise<RegistryFacts> {
  const signsIn = account !== undefined;
  const reach = await readReach(client);
  if (!isReached(reach)) return { ...place, reach, images: [], ...(signsIn ? { account } : {}) };
  const [content, keys, signedIn] = await Promise.all([
    gatherContent(client, wanted, upstreamPrefixes),
    signsIn ? unlessRefused(() => listKeys(client)) : undefined,
    signsIn ? unlessRefused(() => client.ping().then(() => true)) : undefined,
  ]);
  return {
    ...place,
    reach,
    ...content,
    ...(keys === undefined ? {} : { keys }),
    ...(signsIn ? { account, signedIn: signedIn ?? false } : {}),
  };
}

type Content = Pick<RegistryFacts, "images" | "repositories" | "storageAway" | "unread" | "torn">;

/** What the registry holds; nothing of it, and why, where its storage is away for a part of the look. */
async function gatherContent(
  client: RegistryClient,
  wanted: readonly Wanted[],
  upstreamPrefixes: readonly string[],
): Promise<Content> {
  try {
    await unlessRefused(() => client.checkStorage());
    return await readContent(client, wanted, upstreamPrefixes);
  } catch (error) {
    if (isStorageAway(error)) return { images: [], storageAway: error.message };
    throw error;
  }
}

async function readContent(
  client: RegistryClient,
  wanted: readonly Wanted[],
  upstreamPrefixes: readonly string[],
): Promise<Content> {
  const unread = new Set<string>();
  const note = (error: RegistryError) => {
    if (!isAnswer(error)) unread.add(error.message);
  };
  const known: Known = {
    tags: remember((repository) => tags(client, repository)),
    // Many tags are often one image.
    config: remember((key) => {
      const [repository = "", digest = ""] = key.split("@");
      return unlessRefused(() => client.getBlob(repository, digest), note);
    }),
  };
  const [repositories, looked] = await Promise.all([
    unlessRefused(() => collect(client.catalog()), note),
    Promise.all(
      wanted.map((each) =>
        unlessRefused(
          async () => ({
            ...(await imageFacts(client, each, known, upstreamPrefixes)),
            ...(each.seeded === true ? { seeded: true as const } : {}),
          }),
          note,
        ),
      ),
    ),
  ]);
  const images = looked.flatMap((image) => image ?? []);
  const torn = await tornAmong(client, images, repositories ?? []);
  return {
    images,
    ...(repositories === undefined ? {} : { repositories }),
    ...(unread.size === 0 ? {} : { unread: [...unread] }),
    ...(torn.length === 0 ? {} : { torn }),
  };
}

/** Whether a failed look tells something of what it looked for: that there is none, or that the account may not see it. */
const isAnswer = ({ status = 0, elsewhere }: RegistryError) =>
  elsewhere !== true && [401, 403, 404].includes(status);

/**
 * The repositories of `images` that are listed and of which the registry says that there is none. Zot lists what has an index.json,
 * and answers 404 where it cannot read that (pkg/storage/common/common.go, GetIndex). With distribution it is a push that did not end.
 */
async function tornAmong(
  client: RegistryClient,
  images: readonly ImageFacts[],
  repositories: readonly string[],
): Promise<string[]> {
  const listed = new Set(repositories);
  const absent = images.filter(
    ({ repository, digest, tags }) =>
      digest === undefined && tags === undefined && listed.has(repository),
  );
  if (absent.length === 0) return [];
  const kind = await unlessRefused(() => readKind(client));
  return kind === "zot" ? [...new Set(absent.map(({ repository }) => repository))] : [];
}

/** What is asked for once, however many images need it. */
interface Known {
  tags: (repository: string) => Promise<string[] | undefined>;
  /** By `repository@digest`. */
  config: (key: string) => Promise<Buffer | undefined>;
}

async function imageFacts(
  client: RegistryClient,
  { repository, reference }: Wanted,
  known: Known,
  upstreamPrefixes: readonly string[],
): Promise<ImageFacts> {
  const fromUpstream = upstreamPrefixes.some((prefix) => repository.startsWith(`${prefix}/`));
  const listed = known.tags(repository);
  // Zot would ask the upstream, wait for it, and keep what it gives: for who only looks, what is not here is absent.
  const here =
    !fromUpstream || isDigest(reference) || ((await listed)?.includes(reference) ?? false);
  const [answer, all] = await Promise.all([
    here ? client.getManifest(repository, reference) : undefined,
    listed,
  ]);
  const tags = all === undefined ? {} : { tags: all };
  if (answer === undefined) return { repository, reference, children: [], platforms: [], ...tags };
  const { digest, document } = answer;
  if (isIndex(document)) {
    return {
      repository,
      reference,
      digest,
      children: document.manifests.map((child) => child.digest),
      platforms: document.manifests
        .filter((child) => !isAttestation(child))
        .flatMap(({ platform }) => platform ?? [])
        .map(({ os, architecture, variant }) =>
          formatPlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) }),
        ),
      ...tags,
    };
  }
  const config = await known.config(`${repository}@${document.config.digest}`);
  return { repository, reference, digest, children: [], platforms: platformIn(config), ...tags };
}

function platformIn(config: Buffer | undefined): string[] {
  try {
    const platform = platformOfConfig(config ?? "{}");
    return platform.os === "" || platform.architecture === "" ? [] : [formatPlatform(platform)];
  } catch {
    return [];
  }
}

/** undefined where there is no such repository. */
async function tags(client: RegistryClient, repository: string): Promise<string[] | undefined> {
  try {
    return await collect(client.tags(repository));
  } catch (error) {
    if (error instanceof RegistryError && error.status === 404) return undefined;
    throw error;
  }
}

async function collect(names: AsyncGenerator<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const name of names) all.push(name);
  return all;
}

/** What `look` finds, or undefined where the registry says no. @throws RegistryError where its storage is away */
async function unlessRefused<T>(
  look: () => Promise<T>,
  note: (error: RegistryError) => void = () => undefined,
): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof RegistryError) || isStorageAway(error)) throw error;
    note(error);
    return undefined;
  }
}

function remember<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const asked = known.get(key) ?? ask(key);
    known.set(key, asked);
    return asked;
  };
}
