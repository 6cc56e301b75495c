import { z } from "zod";
import { childTags } from "../seeding/findImage";
import { durationMilliseconds, isDuration } from "../zot/duration";
import { globPattern, globRule, isGlob } from "../zot/glob";
import { agePattern, ageRule, goAge } from "../zot/retention/age";
import type { SeededTags } from "../zot/retention/retentionConfig";
import { isTagPattern, tagPatternPattern, tagPatternRule } from "../zot/retention/tagPattern";
import { allowedText, textLike, textThat } from "./rules";
import type { SeedConfig } from "./seeds";

/** An age, of an hour or more: Zot sweeps once a day, and a mistyped 30m would empty a registry. */
const age = () =>
  textLike(ageRule, agePattern).refine((text) => {
    const duration = goAge(text);
    return isDuration(duration) && durationMilliseconds(duration) >= 3_600_000;
  });

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
  })
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
      .default(true)
      .describe("Whether manifests without a tag go, after the delay."),
    deleteReferrers: z
      .boolean()
      .default(true)
      .describe("Whether signatures and the like go when their image is gone, after the delay."),
  })
  .describe("What holds for some repositories.");

/** Which tags stay. */
export const retentionSchema = z
  .strictObject({
    dryRun: z
      .boolean()
      .default(true)
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
  })
  .describe("Which tags stay. Seeded repositories and caches are left alone by wider rules.");

/** What a cache keeps. */
export const cacheRetentionSchema = z
  .strictObject({
    pulledWithin: age().describe(
      "What nobody pulled for so long goes, and is fetched again when it is asked for. retention.dryRun holds for it, too.",
    ),
  })
  .describe("What goes again. Default: all that was pulled once stays.");

/** All tags that a deployment puts there: those of the stack file, and one for each platform where there are several. */
export function seededTags(seeds: readonly SeedConfig[]): SeededTags[] {
  return seeds.map(({ image, tags, archives }) => {
    const platforms = Object.keys(archives).map((platform) => ({ platform }));
    const children = platforms.length < 2 ? [] : childTags({ tags, platforms });
    return { repository: image, tags: [...tags, ...children] };
  });
}
