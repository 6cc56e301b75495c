import fc from "fast-check";
import type { KeepRule, RetentionRule } from "../../../src/zot/retention/settings";

/** A tag of a repository: what it holds, when it was pushed and pulled. */
export interface PlannedTag {
  tag: string;
  /** Tags of one content are one manifest, and share its times. */
  content: number;
  pushed: "early" | "late";
  pulled: "never" | "early" | "late";
}

/** A repository, and the rules of a stack file in which an age of `recent` lies between early and late. */
export interface Round {
  repository: string;
  tags: PlannedTag[];
  rules: RetentionRule[];
}

/** Stands for an age that early is beyond and late is not. */
const recent = "recent";

const names = ["latest", "v1", "v2", "v10", "pr-1", "pr-22", "1.0", "2", "dev1"] as const;
const patterns = ["*", "v*", "v?", "pr-*", "[0-9]*", "latest", "1.0", "v[1-2]"] as const;
const age = fc.constantFrom(recent, "1h", "1ms");

const keep: fc.Arbitrary<KeepRule> = fc.record(
  {
    tags: fc.uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 2 }),
    mostRecentlyPushedCount: fc.integer({ min: 1, max: 3 }),
    mostRecentlyPulledCount: fc.integer({ min: 1, max: 3 }),
    pushedWithin: age,
    pulledWithin: age,
  },
  { requiredKeys: [], noNullPrototype: true },
);

const rule = (index: number): fc.Arbitrary<RetentionRule> =>
  fc.record(
    {
      repositories: fc.constantFrom(`r${index}/**`, `r${index}/*`, `r${index}/app`, "r*/app"),
      keep: fc.array(keep, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ["repositories", "keep"], noNullPrototype: true },
  );

const tags: fc.Arbitrary<PlannedTag[]> = fc
  .uniqueArray(
    fc.record({
      tag: fc.constantFrom(...names),
      content: fc.integer({ min: 0, max: 20 }),
      pushed: fc.constantFrom("early" as const, "late" as const),
      pulled: fc.constantFrom("never" as const, "early" as const, "late" as const),
    }),
    { minLength: 3, maxLength: 7, selector: ({ tag }) => tag },
  )
  .map((all) => all.map((each) => ({ ...each, pulled: possible(each) })));

/** What is pushed late cannot have been pulled before. */
const possible = ({ pushed, pulled }: PlannedTag) =>
  pushed === "late" && pulled === "early" ? "late" : pulled;

export function someRounds(count: number, seed: number): Round[] {
  return Array.from({ length: count }, (_, index) => {
    const round = fc.record({ tags, rules: fc.array(rule(index), { minLength: 1, maxLength: 2 }) });
    const [made] = fc.sample(round, { numRuns: 1, seed: seed + index });
    if (made === undefined) throw new Error("fast-check made nothing");
    return { repository: `r${index}/app`, ...made };
  });
}

/** The rules with an age in place of `recent`. */
export function withAge(rules: readonly RetentionRule[], milliseconds: number): RetentionRule[] {
  const aged = (text: string | undefined) =>
    text === recent ? `${Math.round(milliseconds)}ms` : text;
  return rules.map((rule) => ({
    ...rule,
    keep: rule.keep?.map((each) => ({
      ...each,
      pushedWithin: aged(each.pushedWithin),
      pulledWithin: aged(each.pulledWithin),
    })),
  }));
}
