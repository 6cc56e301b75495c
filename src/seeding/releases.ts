import { z } from "zod";
import { parseCosignTag } from "../images/cosignTag";
import { isIndexType, isManifestType } from "../images/mediaTypes";
import { allowed, isDigest, isRepository, isTag } from "../images/reference";

/** Where it is locked what is promoted, from the project's root. */
export const releasesFile = "stacks/releases.lock";

/** The command that locks tags of a source. */
export const promoteCommand = (image: string, tags: readonly string[], source: string) =>
  `npm run --silent fleet -- promote ${tags.map((tag) => `${image}:${tag}`).join(" ")} --from ${source} --stack <stack>`;

const digest = z.string().refine(isDigest, { error: `wanted ${allowed.digest}` });

const referrer = z.strictObject({
  digest,
  /** What it refers to: the image, one of its children, or another one of these. */
  subject: digest,
  /** As its manifest says; the media type of its config where that says nothing. */
  artifactType: z.string().min(1),
});

const cosignTag = z.strictObject({
  /** Such as `sha256-<hex>.sig`. */
  tag: z.string().refine((tag) => parseCosignTag(tag) !== undefined, {
    error: "wanted a tag of cosign's scheme, such as sha256-<hex>.sig",
  }),
  digest,
});

const release = z
  .strictObject({
    digest,
    mediaType: z.string().refine((type) => isManifestType(type) || isIndexType(type), {
      error: "wanted the media type of a manifest or of an index",
    }),
    /** What an index names, by platform; of an image for one platform, itself. None where it runs nowhere, such as a chart. */
    children: z.array(z.strictObject({ platform: z.string().min(1), digest })),
    /** All that refers to it, and to that in turn. */
    referrers: z.array(referrer),
    /** What cosign keeps under tags of its own. */
    cosignTags: z.array(cosignTag),
    /** The fingerprint of the key by which the digest was seen to be signed. Absent where the source asks for none. */
    signedBy: digest.optional(),
  })
  .superRefine((release, context) => {
    const known = digestsOf(release);
    for (const [index, { subject }] of release.referrers.entries())
      if (!known.has(subject))
        context.addIssue({
          code: "custom",
          path: ["referrers", index, "subject"],
          message: "wanted a digest that stands beside it",
        });
    for (const [index, { tag }] of release.cosignTags.entries())
      if (!known.has(parseCosignTag(tag)?.subject ?? ""))
        context.addIssue({
          code: "custom",
          path: ["cosignTags", index, "tag"],
          message: "wanted the tag of a digest that stands beside it",
        });
  });

/** A record whose keys are names. */
const named = <T extends z.ZodType>(values: T, wanted: string, fits: (name: string) => boolean) =>
  z.record(z.string(), values).superRefine((all, context) => {
    for (const name of Object.keys(all).filter((each) => !fits(each)))
      context.addIssue({ code: "custom", path: [name], message: `wanted ${wanted}` });
  });

const releaseLock = z.strictObject({
  version: z.literal(1, { error: "this zot-fleet knows version 1" }),
  sources: z.record(
    z.string().min(1),
    named(
      named(release, `a tag: ${allowed.tag}`, isTag),
      `a repository: ${allowed.repository}`,
      isRepository,
    ),
  ),
});

/** An image that a source has under a tag, with all that belongs to it. */
export type Release = z.infer<typeof release>;
export type Referrer = z.infer<typeof referrer>;
export type CosignTag = z.infer<typeof cosignTag>;

/**
 * What is promoted: by source, by image as the stack files name it, and by tag.
 *
 * Every entry is one reviewed statement: this tag of that source is this digest. A source is one place under one name in all stack
 * files, so that the statement holds for each stack that names it.
 */
export type ReleaseLock = z.infer<typeof releaseLock>;

/** The lock of a project that has promoted nothing yet. */
export const noReleases: ReleaseLock = { version: 1, sources: {} };

/** The digests of an image and of all that belongs to it. */
const digestsOf = ({ digest, children, referrers, cosignTags }: Release): Set<string> =>
  new Set([digest, ...[...children, ...referrers, ...cosignTags].map((each) => each.digest)]);

/** Reads a lock. `path` is named in the error, with what is wrong. */
export function parseReleases(text: string, path: string = releasesFile): ReleaseLock {
  const remedy = `Take it as it was committed last, and promote again what has changed since.`;
  if (/^(<{7}|>{7}|={7})( |$)/m.test(text))
    throw new Error(`${path} has conflict markers: it was merged and not resolved. ${remedy}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}. ${remedy}`);
  }
  const { data, error } = releaseLock.safeParse(value);
  if (error) throw new Error(`${path} is no lock:\n${z.prettifyError(error)}\n${remedy}`);
  return data;
}

/** Writes a lock: JSON, sorted, a line for each child, referrer and tag, so that a review shows which of them changed. */
export function formatReleases({ version, sources }: ReleaseLock): string {
  const sorted = mapped(sources, (images) => mapped(images, (tags) => mapped(tags, sortedRelease)));
  return `${written({ version, sources: sorted }, "")}\n`;
}

/** A release as the lock has it: every list in one order, whatever order a registry answers in. */
export function sortedRelease(release: Release): Release {
  const { digest, mediaType, signedBy, children, referrers, cosignTags } = release;
  const child = ({ platform, digest }: Release["children"][number]) => ({ platform, digest });
  const one = ({ digest, subject, artifactType }: Referrer) => ({ digest, subject, artifactType });
  return {
    digest,
    mediaType,
    ...(signedBy === undefined ? {} : { signedBy }),
    children: by(children.map(child), ({ platform, digest }) => `${platform} ${digest}`),
    referrers: by(referrers.map(one), ({ subject, digest }) => `${subject} ${digest}`),
    cosignTags: by(
      cosignTags.map(({ tag, digest }) => ({ tag, digest })),
      ({ tag }) => tag,
    ),
  };
}

/** What a lock has of a tag; undefined where it has nothing. */
export function releaseOf(
  { sources }: ReleaseLock,
  source: string,
  image: string,
  tag: string,
): Release | undefined {
  return own(own(own(sources, source) ?? {}, image) ?? {}, tag);
}

/** The lock with another release of a tag, or without it. */
export function withRelease(
  lock: ReleaseLock,
  { source, image, tag }: { source: string; image: string; tag: string },
  release: Release | undefined,
): ReleaseLock {
  const images = own(lock.sources, source) ?? {};
  const { [tag]: _, ...tags } = own(images, image) ?? {};
  const others = release === undefined ? tags : { ...tags, [tag]: release };
  const left = { ...images, [image]: others };
  const kept = Object.fromEntries(Object.entries(left).filter(([, all]) => size(all) > 0));
  const sources = { ...lock.sources, [source]: kept };
  return {
    ...lock,
    sources: Object.fromEntries(Object.entries(sources).filter(([, all]) => size(all) > 0)),
  };
}

/** Every tag that a lock has. */
export function lockedTags({
  sources,
}: ReleaseLock): { source: string; image: string; tag: string; release: Release }[] {
  return Object.entries(sources).flatMap(([source, images]) =>
    Object.entries(images).flatMap(([image, tags]) =>
      Object.entries(tags).map(([tag, release]) => ({ source, image, tag, release })),
    ),
  );
}

/** Objects open out; what lists hold stands on one line each. */
function written(value: object, indent: string): string {
  const inner = `${indent}  `;
  const entries = Object.entries(value as Record<string, unknown>).map(
    ([name, each]) => `${inner}${JSON.stringify(name)}: ${inside(each, inner)}`,
  );
  return entries.length === 0 ? "{}" : `{\n${entries.join(",\n")}\n${indent}}`;
}

function inside(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    const lines = value.map((each: object) => {
      const pairs = Object.entries(each).map(
        ([name, text]) => `"${name}": ${JSON.stringify(text)}`,
      );
      return `${indent}  { ${pairs.join(", ")} }`;
    });
    return lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n${indent}]`;
  }
  return typeof value === "object" && value !== null
    ? written(value, indent)
    : JSON.stringify(value);
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const by = <T>(list: readonly T[], key: (item: T) => string): T[] =>
  [...list].sort((a, b) => order(key(a), key(b)));

const mapped = <T, U>(record: Readonly<Record<string, T>>, to: (value: T) => U) =>
  Object.fromEntries(
    by(Object.entries(record), ([name]) => name).map(([name, v]) => [name, to(v)]),
  );

const size = (record: object) => Object.keys(record).length;

/** A repository may be called `constructor`. */
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
