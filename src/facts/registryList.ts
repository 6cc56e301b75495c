import { z } from "zod";
import { allowed, isDigest, isRepository, isTag } from "../images/reference";

const digest = z.string().refine(isDigest, { error: `wanted ${allowed.digest}` });

const listedRepository = z
  .strictObject({
    repository: z
      .string()
      .refine(isRepository, { error: `wanted a repository: ${allowed.repository}` }),
    tags: z.array(
      z.strictObject({
        tag: z.string().refine(isTag, { error: `wanted a tag: ${allowed.tag}` }),
        digest,
      }),
    ),
    /** What refers to what the tags stand for, to their children, and to other referrers. */
    referrers: z.array(
      z.strictObject({
        subject: digest,
        digest,
        /** As the registry says it; empty where it says nothing. For people: the digest says it all. */
        artifactType: z.string(),
      }),
    ),
  })
  .superRefine(({ tags, referrers }, context) => {
    const twice = (keys: readonly string[], list: "tags" | "referrers") => {
      for (const [index, key] of keys.entries())
        if (keys.indexOf(key) < index)
          context.addIssue({ code: "custom", path: [list, index], message: `${key} stands twice` });
    };
    twice(
      tags.map(({ tag }) => tag),
      "tags",
    );
    twice(referrers.map(referrerKey), "referrers");
  });

const registryList = z.strictObject({
  version: z.literal(1, { error: "this zot-fleet knows version 1" }),
  /** Where it was written of, as `scheme://host[:port]`. For people. */
  registry: z.string(),
  /** When the registry began to be asked, RFC 3339 in UTC. */
  written: z.iso.datetime({ error: "wanted a time such as 2026-01-31T02:41:07Z" }),
  /** Those that have tags. None would prove nothing of anything. */
  repositories: z
    .array(listedRepository)
    .min(1, { error: "wanted one repository at least" })
    .superRefine((all, context) => {
      const names = all.map(({ repository }) => repository);
      for (const [index, name] of names.entries())
        if (names.indexOf(name) < index)
          context.addIssue({ code: "custom", path: [index], message: `${name} stands twice` });
    }),
});

/** What a registry holds at one moment: every tag with its digest, and all that refers to it. A digest says the rest. */
export type RegistryList = z.infer<typeof registryList>;
export type ListedRepository = RegistryList["repositories"][number];
export type ListedReferrer = ListedRepository["referrers"][number];

/** A referrer by what it is and what it refers to. */
export function referrerKey({
  subject,
  digest,
}: Pick<ListedReferrer, "subject" | "digest">): string {
  return `${subject} ${digest}`;
}

/**
 * Reads a list.
 *
 * @throws Error that names `path`, what was found there and what is allowed
 */
export function parseRegistryList(text: string, path: string): RegistryList {
  const remedy = "Wanted is what `verify --write-list` writes.";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = text.trim() === "" ? "empty" : `not JSON: ${(error as Error).message}`;
    throw new Error(`${path} is ${found}. ${remedy}`);
  }
  const { data, error } = registryList.safeParse(value);
  if (error)
    throw new Error(`${path} is no list of a registry:\n${z.prettifyError(error)}\n${remedy}`);
  return data;
}

/** Writes a list: JSON, sorted by code points, a line for each tag and each referrer, so that `diff` and `jq` read it well. */
export function formatRegistryList({
  version,
  registry,
  written,
  repositories,
}: RegistryList): string {
  const each = by(repositories, ({ repository }) => repository).map(
    ({ repository, tags, referrers }) =>
      [
        `    {`,
        `      "repository": ${JSON.stringify(repository)},`,
        `      "tags": ${lines(by(tags, ({ tag }) => tag).map(({ tag, digest }) => ({ tag, digest })))},`,
        `      "referrers": ${lines(
          by(referrers, referrerKey).map(({ subject, digest, artifactType }) => ({
            subject,
            digest,
            artifactType,
          })),
        )}`,
        `    }`,
      ].join("\n"),
  );
  return [
    `{`,
    `  "version": ${version},`,
    `  "registry": ${JSON.stringify(registry)},`,
    `  "written": ${JSON.stringify(written)},`,
    `  "repositories": [`,
    each.join(",\n"),
    `  ]`,
    `}`,
    ``,
  ].join("\n");
}

function lines(entries: readonly object[]): string {
  if (entries.length === 0) return "[]";
  const each = entries.map((entry) => {
    const pairs = Object.entries(entry).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
    return `        { ${pairs.join(", ")} }`;
  });
  return `[\n${each.join(",\n")}\n      ]`;
}

/** Sorted in one order everywhere, whatever the locale. */
function by<T>(all: readonly T[], key: (each: T) => string): T[] {
  const keyed = all.map((each) => [key(each), each] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, each]) => each);
}
