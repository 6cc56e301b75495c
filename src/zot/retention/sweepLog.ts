import type { ObservedTag } from "./decide";

/** What Zot wrote about a tag when it swept its repository. */
export interface SweptTag extends ObservedTag {
  readonly repository: string;
  readonly decision: "keep" | "delete";
  /** Whether it only said so. */
  readonly dryRun: boolean;
  readonly reason: string;
  /** When it said so, in milliseconds since 1970. */
  readonly at: number;
}

/** Lines of one sweep of a repository come within milliseconds; between two sweeps there is more than that. */
const sweepMs = 15_000;

/**
 * What Zot's log says of each repository's last sweep: a line for each tag, with the times that the rules compare
 * (pkg/retention/retention.go, logAction). They are of level info.
 */
export function sweptTags(log: string): SweptTag[] {
  const byRepository = new Map<string, Map<string, SweptTag>>();
  for (const line of log.split("\n")) {
    const swept = line.includes('"module":"retention"') ? sweptTag(line) : undefined;
    if (swept === undefined) continue;
    const { repository, tag, at } = swept;
    const tags = byRepository.get(repository) ?? new Map<string, SweptTag>();
    byRepository.set(repository, tags);
    // In the order of the log: behind one of this sweep there are none of an earlier one.
    for (const [name, before] of tags) {
      if (at - before.at < sweepMs) break;
      tags.delete(name);
    }
    tags.delete(tag);
    tags.set(tag, swept);
  }
  return [...byRepository.values()].flatMap((tags) => [...tags.values()]);
}

function sweptTag(line: string): SweptTag | undefined {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line.slice(line.indexOf("{"))) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { repository, tag, decision, reason, time } = entry;
  if (typeof repository !== "string" || typeof tag !== "string") return undefined;
  if (decision !== "keep" && decision !== "delete") return undefined;
  const at = typeof time === "string" ? Date.parse(time) : 0;
  if (Number.isNaN(at)) return undefined;
  const pushed = goTime(entry["pushTimestamp"]);
  const pulled = goTime(entry["lastPullTimestamp"]);
  return {
    repository,
    tag,
    decision,
    dryRun: entry["dry-run"] === true,
    reason: String(reason),
    at,
    ...(pushed === undefined ? {} : { pushed }),
    ...(pulled === undefined ? {} : { pulled }),
  };
}

/** A time as Go prints it, `2026-11-21 06:42:25.123456789 +0000 UTC`, in milliseconds with fractions; none where there is no such day. */
function goTime(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const [, day, clock, fraction = "0", zone = ""] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))? ([+-]\d{4})/.exec(text) ?? [];
  if (day === undefined || clock === undefined) return undefined;
  const whole = Date.parse(`${day}T${clock}${zone.slice(0, 3)}:${zone.slice(3)}`);
  return Number.isNaN(whole) ? undefined : whole + Number(`0.${fraction}`) * 1000;
}
