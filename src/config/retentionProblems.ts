import type { z } from "zod";
import { covers } from "../zot/glob";
import { leftAlone } from "../zot/retention/retentionConfig";
import type { Problem } from "./problem";
import { retentionSchema, seededTags } from "./retention";
import { seedsSchema } from "./seeds";
import { upstreamOf, upstreamsSchema } from "./upstreams";
import { found, pathText } from "./words";

type Rules = z.output<typeof retentionSchema>["rules"];

/** What is wrong between rules of retention, and between them and the caches; looks at raw values. */
export function retentionProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { data } = retentionSchema.safeParse(raw["retention"]);
  const { data: upstreams = [] } = upstreamsSchema.safeParse(raw["upstreams"] ?? []);
  const names = upstreams.map((each) => upstreamOf(each).name);
  const { data: seeds = [] } = seedsSchema.safeParse(raw["seeds"] ?? []);
  const rules = data?.rules ?? [];
  const patterns = rules.map(({ repositories }) => repositories);
  return [
    ...neverReached(patterns),
    ...withinCaches(patterns, names),
    ...keepsTwice(rules),
    ...seedsThatGo(rules, seeds),
  ];
}

/** Wider rules leave seeded repositories alone; one that names such a repository would do nothing at all. */
function seedsThatGo(rules: Rules, seeds: z.output<typeof seedsSchema>): Problem[] {
  const seeded = seededTags(seeds);
  return leftAlone(rules, seeded).flatMap((repository): Problem[] => {
    const index = rules.findIndex(({ repositories }) => repositories === repository);
    if (index < 0) return [];
    const tags = seeded.filter((each) => each.repository === repository).flatMap((s) => s.tags);
    return [
      {
        path: pathText(["retention", "rules", index, "keep"]),
        found: `what does not keep every tag that is seeded into ${repository}`,
        allowed: "what keeps seeded tags whatever their age, in the first object that names them",
        hint: `begin with { tags: [${tags.join(", ")}] }, or leave the rule out: wider rules leave seeded repositories alone`,
      },
    ];
  });
}

/** Zot takes the first that matches, whatever comes after it. */
function neverReached(patterns: readonly string[]): Problem[] {
  return patterns.flatMap((pattern, index): Problem[] => {
    const before = patterns.slice(0, index).find((each) => covers(each, pattern));
    if (before === undefined) return [];
    return [
      {
        path: ruleAt(index),
        found: `${found(pattern)}, which ${before} before it covers`,
        allowed: "a pattern with repositories of its own: the first that matches holds",
        hint: "put the narrower rule first",
      },
    ];
  });
}

function withinCaches(patterns: readonly string[], upstreams: readonly string[]): Problem[] {
  return patterns.flatMap((pattern, index): Problem[] => {
    const name = upstreams.find((each) => covers(`${each}/**`, pattern));
    if (name === undefined) return [];
    return [
      {
        path: ruleAt(index),
        found: `${found(pattern)}, which lies in the cache of ${name}`,
        allowed: "a pattern of repositories that are no cache's",
        hint: "what a cache keeps is said by retention of the upstream",
      },
    ];
  });
}

/** After one that names every tag no other is looked at. */
function keepsTwice(rules: Rules): Problem[] {
  return rules.flatMap(({ keep = [] }, index) => {
    const all = keep.findIndex(({ tags = ["*"] }) => tags.includes("*"));
    return all < 0 || all === keep.length - 1
      ? []
      : [
          {
            path: pathText(["retention", "rules", index, "keep", all]),
            found: "all tags, and others after it",
            allowed: "all tags in the last place: a tag belongs to the first that names it",
            hint: "conditions of one object add up: each is enough to stay",
          },
        ];
  });
}

const ruleAt = (index: number) => pathText(["retention", "rules", index, "repositories"]);
