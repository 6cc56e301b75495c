import { releaseWords, shortDigest } from "../seeding/releaseWords";
import { formatReleases, withRelease, type Release } from "../seeding/releases";
import type { SigningKey } from "../seeding/signingKey";

/** What became of one tag of a source. */
export interface ReleaseChange {
  /** gone: the source has it no more, and the lock keeps it. removed: no stack names it, and the lock has it no more. */
  kind: "added" | "changed" | "gone" | "removed" | "unchanged";
  source: string;
  image: string;
  tag: string;
  /** `680bf3d1c2a4… -> 7b7c01dd42ab…, 2 platforms, 1 signature` */
  detail: string;
}

/**
 * How a tag is at its source, compared with the lock; undefined where neither has it.
 *
 * @param key by which what was found was verified
 */
export function releaseChange(
  name: { source: string; image: string; tag: string },
  locked: Release | undefined,
  found: Release | undefined,
  key?: SigningKey,
): ReleaseChange | undefined {
  if (found === undefined)
    return locked === undefined
      ? undefined
      : {
          ...name,
          kind: "gone",
          detail: `${shortDigest(locked.digest)} is under this tag no more`,
        };
  const words = releaseWords(found, key);
  const now = shortDigest(found.digest);
  if (locked === undefined) return { ...name, kind: "added", detail: `${now}, ${words}` };
  if (isSameRelease(locked, found))
    return { ...name, kind: "unchanged", detail: `${now}, ${words}` };
  if (locked.digest !== found.digest)
    return {
      ...name,
      kind: "changed",
      detail: `${shortDigest(locked.digest)} -> ${now}, ${words}`,
    };
  return {
    ...name,
    kind: "changed",
    detail: `${now}, ${releaseWords(locked, key)} -> ${words}${attachedTo(locked, found)}`,
  };
}

/** Which digests came and went beside an image that is the same. */
function attachedTo(before: Release, after: Release): string {
  const of = ({ referrers, cosignTags }: Release) =>
    new Set([...referrers, ...cosignTags].map(({ digest }) => digest));
  const [old, now] = [of(before), of(after)];
  const changes = [
    ...[...now].filter((digest) => !old.has(digest)).map((digest) => `+${shortDigest(digest)}`),
    ...[...old].filter((digest) => !now.has(digest)).map((digest) => `-${shortDigest(digest)}`),
  ];
  return changes.length === 0 ? "" : ` (${changes.join(", ")})`;
}

/** Whether the lock would say the same of both. */
export const isSameRelease = (one: Release, other: Release): boolean =>
  textOf(one) === textOf(other);

const textOf = (release: Release) =>
  formatReleases(
    withRelease({ version: 1, sources: {} }, { source: "-", image: "a", tag: "1" }, release),
  );
