import { z } from "zod";
import { covers, globPattern, globRule, isGlob } from "../zot/glob";
import { leftAlone, type SeededTags } from "../zot/retention/retentionConfig";
import {
  retentionDefaults,
  type KeepRule,
  type RetentionRule,
  type RetentionSettings,
} from "../zot/retention/settings";
import { isTagPattern, tagPatternPattern, tagPatternRule } from "../zot/retention/tagPattern";
import type { Problem } from "./problem";
import { age, allowedText, textThat, type Schemas } from "./rules";
import { seedsSchema, tagsOf, type SeedConfig } from "./seeds";
import { upstreamsSchema } from "./upstreams";
import { found, pathText } from "./words";

const count = () => z.int().min(1).max(100_000);

const keepSchema = z
  .strictObject({
    tags: z
      .array(textThat(tagPatternRule, isTagPattern).regex(tagPatternPattern))
      .min(1)
      .register(allowedText, { allowed: "a list of patterns of tags, at least one" })
      .optional()
      .describe("The tags, as patterns of whole tags: v*, pr-*, [0-9]*. Default: all."),
    mostRecentlyPushedCount: count()
      .optional()
      .describe("How many of them stay, those pushed last."),
    mostRecentlyPulledCount: count()
      .optional()
      .describe("How many of them stay, those pulled last."),
    pushedWithin: age().optional().describe("Those pushed not longer ago than this stay."),
    pulledWithin: age()
      .optional()
      .describe(
        "Those pulled or pushed not longer ago than this stay. Nodes that hold an image do not pull it again.",
      ),
  } satisfies Schemas<KeepRule>)
  .describe(
    "Tags that stay: each that fulfils one of the conditions; without a condition, all of them for good.",
  );

const ruleSchema = z
  .strictObject({
    repositories: textThat(globRule, isGlob)
      .regex(globPattern)
      .describe("The repositories, as a pattern: * within a part, ** for any number of parts."),
    keep: z
      .array(keepSchema)
      .min(1)
      .register(allowedText, {
        allowed:
          "a list of what stays, at least one; left out, everything stays (an empty list would delete nothing, either)",
      })
      .optional()
      .describe(
        "Which tags stay; the others go. A tag belongs to the first that names it. Default: all stay.",
      ),
    deleteUntagged: z
      .boolean()
      .default(retentionDefaults.deleteUntagged)
      .describe("Whether manifests without a tag go, after the delay."),
    deleteReferrers: z
      .boolean()
      .default(retentionDefaults.deleteReferrers)
      .describe("Whether signatures and the like go when their image is gone, after the delay."),
  } satisfies Schemas<RetentionRule>)
  .describe("What holds for some repositories.");

/** Which tags stay. */
export const retentionSchema = z
  .strictObject({
    dryRun: z
      .boolean()
      .default(retentionDefaults.dryRun)
      .describe(
        "Whether Zot only writes into its log what it would delete; untagged manifests then stay as well.",
      ),
    delay: age()
      .optional()
      .describe("How long untagged manifests and orphaned signatures stay. Default: zot.gcDelay."),
    rules: z
      .array(ruleSchema)
      .register(allowedText, { allowed: "a list of objects, each with repositories and keep" })
      .default([])
      .describe("The first whose pattern matches a repository holds for it."),
  } satisfies Schemas<RetentionSettings>)
  .describe("Which tags stay. Seeded repositories and caches are left alone by wider rules.");

/** All tags that a deployment puts there: those of the stack file, and one for each platform where there are several. */
export function seededTags(seeds: readonly SeedConfig[]): SeededTags[] {
  return seeds.map((seed) => ({ repository: seed.image, tags: tagsOf(seed) }));
}

type Rules = RetentionSettings["rules"];

/** What is wrong between rules of retention, and between them and the caches; looks at raw values. */
export function retentionProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { data } = retentionSchema.safeParse(raw["retention"]);
  const { data: upstreams = [] } = upstreamsSchema.safeParse(raw["upstreams"] ?? []);
  const names = upstreams.map(({ name }) => name);
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
function seedsThatGo(rules: Rules, seeds: readonly SeedConfig[]): Problem[] {
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
