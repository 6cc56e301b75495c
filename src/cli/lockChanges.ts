import { isDeepStrictEqual } from "node:util";
import type { LockedArchive, SeedLock } from "../seeding/lock";

export interface LockChange {
  /** kept: unchanged, and its archive was not looked at. */
  kind: "added" | "changed" | "removed" | "unchanged" | "kept";
  repository: string;
  archive: string;
  /** What is new of it: `image ID sha256:a… -> sha256:b…`. */
  detail: string;
}

/**
 * What makes another lock of `before`, archive by archive, in the lock's order. `isKept` says of which archives no more is
 * known than what was locked.
 */
export function lockChanges(
  before: SeedLock,
  after: SeedLock,
  isKept: (repository: string, archive: string) => boolean = () => false,
): LockChange[] {
  const old = entriesOf(before);
  const now = entriesOf(after);
  const names = new Map([...old, ...now]);
  return [...names.keys()].sort().map((key) => {
    const { repository = "", archive = "" } = names.get(key) ?? {};
    const change = compare(old.get(key)?.locked, now.get(key)?.locked);
    if (!isKept(repository, archive)) return { repository, archive, ...change };
    const kind = change.kind === "unchanged" ? "kept" : change.kind;
    const detail = `${change.detail}; as it was locked, its archive was not looked at`;
    return { repository, archive, kind, detail };
  });
}

interface Entry {
  repository: string;
  archive: string;
  locked: LockedArchive;
}

function entriesOf({ seeds }: SeedLock): Map<string, Entry> {
  return new Map(
    Object.entries(seeds).flatMap(([repository, archives]) =>
      Object.entries(archives).map(
        ([archive, locked]) =>
          [`${repository}\n${archive}`, { repository, archive, locked }] as const,
      ),
    ),
  );
}

function compare(
  old: LockedArchive | undefined,
  now: LockedArchive | undefined,
): Pick<LockChange, "kind" | "detail"> {
  if (now === undefined) return { kind: "removed", detail: "no stack names it" };
  const whole = `${now.platform}, ${now.tags.join(" ")}, ${short(now.imageId)}`;
  if (old === undefined) return { kind: "added", detail: whole };
  if (isDeepStrictEqual({ ...old }, { ...now })) return { kind: "unchanged", detail: whole };
  const differences = [
    difference("image ID", short(old.imageId), short(now.imageId)),
    difference("platform", old.platform, now.platform),
    difference("tags", old.tags.join(" "), now.tags.join(" ")),
    difference("config", short(old.config), short(now.config)),
  ];
  return { kind: "changed", detail: differences.flatMap((each) => each ?? []).join("; ") };
}

function difference(what: string, old: string, now: string): string | undefined {
  return old === now ? undefined : `${what} ${old} -> ${now}`;
}

/** Enough of a digest to tell two apart. */
const short = (digest: string) => digest.slice(0, "sha256:".length + 12);
