import type { Change } from "./change";

/** `storage.retention` of Zot's config, as far as it is told of. */
interface Retention {
  dryRun?: boolean;
  policies?: { keepTags?: unknown[] }[];
}

/** What a change of the rules means for the tags that are there. */
export function retentionChanges(kind: Change["kind"], old: unknown, now: unknown): Change[] {
  if (JSON.stringify(old) === JSON.stringify(now)) return [];
  const [before, after] = [deletes(old), deletes(now)];
  const see = "`npm run --silent fleet -- retention` shows which";
  if (after && before)
    return [{ kind, words: `other tags are deleted from the next sweep on: ${see}`, risk: true }];
  if (after)
    return [{ kind, words: `tags are deleted from the next sweep on: ${see}`, risk: true }];
  if (before) return [{ kind, words: "tags are no longer deleted" }];
  return [{ kind, words: "what retention would keep changes; no tag is deleted" }];
}

/** A policy without `keepTags` keeps every tag. */
function deletes(retention: unknown): boolean {
  const { dryRun = false, policies = [] } = (retention ?? {}) as Retention;
  return !dryRun && policies.some(({ keepTags = [] }) => keepTags.length > 0);
}
