import { matchesGlob } from "../glob";
import type { Upstream } from "../upstreams";
import { supports } from "../versions";
import { goDuration } from "../duration";
import {
  isUnconditional,
  retentionDefaults,
  type CacheRetention,
  type KeepRule,
  type RetentionRule,
  type RetentionSettings,
} from "./settings";
import { tagExpression } from "./tagPattern";

/** `storage.retention` of Zot's config.json, as far as it is used here. */
export interface RetentionConfig {
  dryRun: boolean;
  delay?: string;
  policies: RetentionPolicy[];
}

/** What holds for the repositories of some patterns, where no policy before it names them. */
export interface RetentionPolicy {
  repositories: string[];
  deleteReferrers: boolean;
  deleteUntagged: boolean;
  /** Absent: every tag stays. */
  keepTags?: KeepTags[];
  /** From Zot 2.1.19. */
  keepUntagged?: { pulledWithin: string };
}

export interface KeepTags {
  /** Regular expressions. */
  patterns: string[];
  mostRecentlyPushedCount?: number;
  mostRecentlyPulledCount?: number;
  pushedWithin?: string;
  pulledWithin?: string;
}

/** An image that a deployment puts there, with all of its tags. */
export interface SeededTags {
  readonly repository: string;
  readonly tags: readonly string[];
}

export interface RetentionOptions {
  /** The Zot that will read this. */
  readonly version: string;
  readonly retention?: RetentionSettings | undefined;
  readonly upstreams?: readonly Pick<Upstream, "name" | "retention">[] | undefined;
  readonly seeds?: readonly SeededTags[] | undefined;
}

const anyTag = "*";

/**
 * What Zot is told, in the order in which it looks (pkg/retention/retention.go, getRepoPolicy: the first match). Undefined where
 * its own habit will do: tags stay, manifests without one go after the delay.
 *
 * - Repositories that seeds fill come first, and keep everything, unless the rule for them keeps each seeded tag whatever its age: what is
 *   declared must not be deleted.
 * - Caches come next, all of them: a rule such as `**` is for what was pushed here, and Zot's own habit would delete after a day what
 *   nodes pulled by digest alone.
 */
export function retentionConfig(options: RetentionOptions): RetentionConfig | undefined {
  const { version, retention, upstreams = [], seeds = [] } = options;
  const rules = retention?.rules ?? [];
  if (rules.length === 0 && upstreams.length === 0) return undefined;
  const left = leftAlone(rules, seeds);
  const deletes = rules.length > 0 || upstreams.some((each) => each.retention !== undefined);
  const { dryRun = retentionDefaults.dryRun, delay } = retention ?? {};
  return {
    dryRun: deletes && dryRun,
    ...(delay === undefined ? {} : { delay: goDuration(delay) }),
    policies: [
      ...(left.length === 0 ? [] : [policy(left, {})]),
      ...upstreams.map(({ name, retention }) => cachePolicy(`${name}/**`, retention, version)),
      ...rules.map((rule) => policy([rule.repositories], rule)),
    ],
  };
}

/** Zot knows the age of what has no tag from 2.1.19 on; before that, it goes after the delay where anything is to go. */
function cachePolicy(
  repositories: string,
  retention: CacheRetention | undefined,
  version: string,
): RetentionPolicy {
  if (retention === undefined) return policy([repositories], { deleteUntagged: false });
  const pulledWithin = goDuration(retention.pulledWithin);
  return {
    ...policy([repositories], { keep: [retention] }),
    ...(supports(version, "keepUntagged") ? { keepUntagged: { pulledWithin } } : {}),
  };
}

/** The seeded repositories that a rule reaches without keeping all of their seeded tags, in order, each once. */
export function leftAlone(rules: readonly RetentionRule[], seeds: readonly SeededTags[]): string[] {
  const endangered = seeds.filter(({ repository, tags }) => {
    const rule = rules.find((each) => matchesGlob(each.repositories, repository));
    return rule?.keep !== undefined && !tags.every((tag) => staysForGood(rule.keep ?? [], tag));
  });
  return [...new Set(endangered.map(({ repository }) => repository))].sort();
}

function staysForGood(keep: readonly KeepRule[], tag: string): boolean {
  const first = keep.find(({ tags = [anyTag] }) =>
    tags.some((pattern) => new RegExp(tagExpression(pattern)).test(tag)),
  );
  return first !== undefined && isUnconditional(first);
}

function policy(
  repositories: string[],
  rule: Omit<RetentionRule, "repositories">,
): RetentionPolicy {
  const {
    keep,
    deleteReferrers = retentionDefaults.deleteReferrers,
    deleteUntagged = retentionDefaults.deleteUntagged,
  } = rule;
  return {
    repositories,
    deleteReferrers,
    deleteUntagged,
    ...(keep === undefined ? {} : { keepTags: keep.map(keepTags) }),
  };
}

function keepTags(rule: KeepRule): KeepTags {
  const { tags = [anyTag], mostRecentlyPushedCount, mostRecentlyPulledCount } = rule;
  const { pushedWithin, pulledWithin } = rule;
  return {
    patterns: tags.map(tagExpression),
    ...(mostRecentlyPushedCount === undefined ? {} : { mostRecentlyPushedCount }),
    ...(mostRecentlyPulledCount === undefined ? {} : { mostRecentlyPulledCount }),
    ...(pushedWithin === undefined ? {} : { pushedWithin: goDuration(pushedWithin) }),
    ...(pulledWithin === undefined ? {} : { pulledWithin: goDuration(pulledWithin) }),
  };
}
