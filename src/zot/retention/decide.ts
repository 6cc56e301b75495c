import { durationMilliseconds } from "../duration";
import { matchesGlob } from "../glob";
import type { KeepTags, RetentionConfig } from "./retentionConfig";

/** A tag, and what Zot remembers of the manifest behind it. */
export interface ObservedTag {
  readonly tag: string;
  /** Milliseconds since 1970, with fractions: Zot compares nanoseconds. Absent where Zot knows nothing of the tag. */
  readonly pushed?: number | undefined;
  /** 0 where nobody pulled it. */
  readonly pulled?: number | undefined;
}

/** either: Zot takes one of several that were pushed or pulled at the same instant, and which one is not to be known. */
export type Fate = "kept" | "deleted" | "either";

export interface Decision extends ObservedTag {
  fate: Fate;
  why: string;
}

/**
 * What Zot's next sweep would do with the tags of a repository (pkg/retention/retention.go and rules.go, read at 2.1.14,
 * 2.1.18 and 2.1.20, which do the same). Pure: `now` is the sweep's clock, in milliseconds.
 */
export function decide(
  { policies }: Pick<RetentionConfig, "policies">,
  repository: string,
  tags: readonly ObservedTag[],
  now: number,
): Decision[] {
  const found = policies.find((each) =>
    each.repositories.some((pattern) => matchesGlob(pattern, repository)),
  );
  const kept = (why: string) => (tag: ObservedTag) => ({ ...tag, fate: "kept" as const, why });
  if (found === undefined) return tags.map(kept("no rule is for this repository"));
  const { keepTags = [] } = found;
  // With an empty list Zot keeps everything (HasTagRetention).
  if (keepTags.length === 0) return tags.map(kept("its repository is left alone"));
  const groups = new Map<KeepTags, ObservedTag[]>();
  const decisions = new Map<ObservedTag, Decision>();
  for (const each of tags) {
    const rule = keepTags.find(({ patterns }) => matches(patterns, each.tag));
    if (each.pushed === undefined)
      decisions.set(each, kept("Zot does not know when it was pushed")(each));
    else if (rule === undefined)
      decisions.set(each, { ...each, fate: "deleted", why: "no pattern names it" });
    else groups.set(rule, [...(groups.get(rule) ?? []), each]);
  }
  for (const [rule, members] of groups)
    for (const each of members) decisions.set(each, judge(rule, members, each, now));
  return tags.map((each) => decisions.get(each) ?? kept("")(each));
}

const matches = (patterns: readonly string[], tag: string) =>
  patterns.length === 0 || patterns.some((pattern) => new RegExp(pattern).test(tag));

/** One condition that holds is enough. */
function judge(
  rule: KeepTags,
  members: readonly ObservedTag[],
  tag: ObservedTag,
  now: number,
): Decision {
  const { mostRecentlyPulledCount, mostRecentlyPushedCount, pulledWithin, pushedWithin } = rule;
  const answers: [Fate, string][] = [
    ...(mostRecentlyPulledCount === undefined
      ? []
      : [newest(members, tag, pulledAt, mostRecentlyPulledCount, "pulled")]),
    ...(mostRecentlyPushedCount === undefined
      ? []
      : [newest(members, tag, pushedAt, mostRecentlyPushedCount, "pushed")]),
    // A tag that was just pushed was not pulled yet, and stays.
    ...(pulledWithin === undefined
      ? []
      : [within(Math.max(pulledAt(tag), pushedAt(tag)), now, pulledWithin, "pulled or pushed")]),
    ...(pushedWithin === undefined ? [] : [within(pushedAt(tag), now, pushedWithin, "pushed")]),
  ];
  if (answers.length === 0) return { ...tag, fate: "kept", why: "its pattern is kept for good" };
  const best = (["kept", "either", "deleted"] as const).find((fate) =>
    answers.some(([each]) => each === fate),
  );
  const reasons = answers.filter(([fate]) => fate === best).map(([, why]) => why);
  return { ...tag, fate: best ?? "deleted", why: reasons.join(", ") };
}

const pushedAt = ({ pushed = 0 }: ObservedTag) => pushed;
const pulledAt = ({ pulled = 0 }: ObservedTag) => pulled;

function newest(
  members: readonly ObservedTag[],
  tag: ObservedTag,
  at: (tag: ObservedTag) => number,
  count: number,
  verb: string,
): [Fate, string] {
  const before = members.filter((each) => at(each) > at(tag)).length;
  const same = members.filter((each) => at(each) === at(tag)).length;
  const among = `among the ${count} most recently ${verb}`;
  if (before + same <= count) return ["kept", among];
  if (before < count) return ["either", `maybe ${among}: others were ${verb} at the same time`];
  return ["deleted", `not ${among}`];
}

function within(at: number, now: number, age: string, verb: string): [Fate, string] {
  return at > now - durationMilliseconds(age)
    ? ["kept", `${verb} within ${age}`]
    : ["deleted", `not ${verb} within ${age}`];
}
