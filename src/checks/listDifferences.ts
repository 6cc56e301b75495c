import { referrerKey, type ListedRepository } from "../facts/registryList";

/** Something that is not as it was listed. */
export interface Difference {
  /** A repository, `repository:tag`, or `repository@digest` of what is referred to. */
  subject: string;
  detail: string;
}

/** What differs between a repository as it was listed and as it was found; undefined is one that has no tags, or is not there. */
export function listDifferences(
  listed: ListedRepository | undefined,
  found: ListedRepository | undefined,
): Difference[] {
  if (listed === undefined || found === undefined) {
    const all = listed ?? found;
    if (all === undefined) return [];
    const word = found === undefined ? "missing" : "spare, not in the list";
    return [{ subject: all.repository, detail: `${word}: the repository, ${countsOf(all)}` }];
  }
  return [...tagDifferences(listed, found), ...referrerDifferences(listed, found)];
}

function tagDifferences(listed: ListedRepository, found: ListedRepository): Difference[] {
  const before = new Map(listed.tags.map(({ tag, digest }) => [tag, digest]));
  const now = new Map(found.tags.map(({ tag, digest }) => [tag, digest]));
  return [...new Set([...before.keys(), ...now.keys()])].sort().flatMap((tag) => {
    const [was, is] = [before.get(tag), now.get(tag)];
    if (was === is) return [];
    const detail =
      is === undefined
        ? `missing: the tag, listed as ${was ?? ""}`
        : was === undefined
          ? `spare, not in the list: the tag, is ${is}`
          : `is ${is}, listed as ${was}`;
    return [{ subject: `${listed.repository}:${tag}`, detail }];
  });
}

function referrerDifferences(listed: ListedRepository, found: ListedRepository): Difference[] {
  const before = new Map(listed.referrers.map((each) => [referrerKey(each), each]));
  const now = new Map(found.referrers.map((each) => [referrerKey(each), each]));
  const told = (word: string, all: typeof before, others: typeof before) =>
    [...all].flatMap(([key, { subject, digest, artifactType }]) => {
      const type = artifactType === "" ? "" : `, ${artifactType}`;
      return others.has(key)
        ? []
        : [
            {
              subject: `${listed.repository}@${subject}`,
              detail: `${word}: the referrer ${digest}${type}`,
            },
          ];
    });
  return [...told("missing", before, now), ...told("spare, not in the list", now, before)];
}

function countsOf({ tags, referrers }: ListedRepository): string {
  return `${tags.length} tags, ${referrers.length} referrers`;
}
