import { parseCosignTag } from "../images/cosignTag";
import { RegistryError, type RegistryClient } from "../registry/client";
import type { PromotedImage } from "./promoted";

/** A tag, what it should hold, and what it holds. */
export interface FoundTag {
  tag: string;
  wanted: string;
  digest?: string;
}

/** What refers to an image and is not there. */
export interface Attached {
  digest: string;
  subject: string;
}

/** What a registry holds of a promoted image. */
export interface FoundPromoted {
  /** cosign's first: an image's own tag moves last. */
  tags: FoundTag[];
  /** The image, or one of its children. */
  missing: string[];
  /** Each after what it refers to. */
  missingAttached: Attached[];
}

/**
 * What the registry holds of `image`, by reading alone: a HEAD for each tag and for each child, and the list of referrers of
 * each manifest that has some. Its source is not asked.
 */
export async function findPromoted(
  client: RegistryClient,
  { repository, tags: names, promoted }: PromotedImage,
): Promise<FoundPromoted> {
  const { digest, children, referrers, cosignTags } = promoted;
  const wanted = [
    ...cosignTags.map(({ tag, digest }) => ({ tag, wanted: digest })),
    ...names.map((tag) => ({ tag, wanted: digest })),
  ];
  const head = async (reference: string) =>
    (await client.headManifest(repository, reference))?.digest;
  const tags = await Promise.all(
    wanted.map(async (each): Promise<FoundTag> => {
      const held = await head(each.tag);
      return { ...each, ...(held === undefined ? {} : { digest: held }) };
    }),
  );
  const tagged = new Set(tags.flatMap((tag) => (tag.digest === undefined ? [] : [tag.digest])));
  const absent = async (digests: readonly string[]) => {
    const unsure = [...new Set(digests)].filter((each) => !tagged.has(each));
    const held = await Promise.all(unsure.map(head));
    return unsure.filter((_, index) => held[index] === undefined);
  };
  const [missing, untagged, unlisted] = await Promise.all([
    absent([digest, ...children.map((child) => child.digest)]),
    absent(cosignTags.map((each) => each.digest)),
    unlistedReferrers(client, repository, referrers),
  ]);
  const attached = [
    ...referrers,
    ...cosignTags.map(({ tag, digest }) => ({
      digest,
      subject: parseCosignTag(tag)?.subject ?? "",
    })),
  ];
  const lost = new Set([...untagged, ...unlisted]);
  return {
    tags,
    missing,
    missingAttached: subjectsFirst(attached).filter((each) => lost.has(each.digest)),
  };
}

async function unlistedReferrers(
  client: RegistryClient,
  repository: string,
  referrers: readonly Attached[],
): Promise<string[]> {
  const listed = new Set<string>();
  await Promise.all(
    [...new Set(referrers.map(({ subject }) => subject))].map(async (subject) => {
      for (const digest of await listedReferrers(client, repository, subject))
        listed.add(`${subject} ${digest}`);
    }),
  );
  return referrers
    .filter(({ subject, digest }) => !listed.has(`${subject} ${digest}`))
    .map(({ digest }) => digest);
}

/** Zot answers 404 for a repository that it has not, which is none. */
async function listedReferrers(
  client: RegistryClient,
  repository: string,
  subject: string,
): Promise<string[]> {
  const listed: string[] = [];
  try {
    for await (const { digest } of client.referrers(repository, subject)) listed.push(digest);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.status !== 404) throw error;
  }
  return listed;
}

/** The same, once each, none before what it refers to. */
function subjectsFirst(attached: readonly Attached[]): Attached[] {
  const sorted = new Map<string, Attached>();
  const waiting = new Map(attached.map((each) => [each.digest, each]));
  const take = (each: Attached) => {
    waiting.delete(each.digest);
    const subject = waiting.get(each.subject);
    if (subject !== undefined) take(subject);
    sorted.set(each.digest, each);
  };
  for (const each of attached) if (waiting.has(each.digest)) take(each);
  return [...sorted.values()];
}
