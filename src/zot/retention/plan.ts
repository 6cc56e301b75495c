import { decide, type Decision } from "./decide";
import type { RetentionConfig } from "./retentionConfig";
import type { SweptTag } from "./sweepLog";

/** What the next sweep of a repository would do. */
export interface RepositoryPlan {
  repository: string;
  /** When Zot told the times of its tags, in milliseconds since 1970. */
  toldAt: number;
  tags: Decision[];
}

/** What rules, in force or not yet, would do with the tags that a Zot told of at its last sweep. Pure. */
export function retentionPlan(
  config: Pick<RetentionConfig, "policies">,
  swept: readonly SweptTag[],
  now: number,
): RepositoryPlan[] {
  // The others went with that sweep.
  const there = swept.filter(({ decision, dryRun }) => decision === "keep" || dryRun);
  return [...new Set(there.map(({ repository }) => repository))].sort().map((repository) => {
    const tags = there.filter((each) => each.repository === repository);
    const observed = tags.map(({ tag, pushed, pulled }) => ({ tag, pushed, pulled }));
    return {
      repository,
      toldAt: tags.reduce((latest, { at }) => Math.max(latest, at), 0),
      tags: decide(config, repository, observed, now).sort((a, b) => (a.tag < b.tag ? -1 : 1)),
    };
  });
}
