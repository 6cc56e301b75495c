/** Which tags stay, in the words of a stack file; what no rule keeps goes with the next sweep. */
export interface RetentionSettings {
  /**
   * Whether Zot only writes into its log what it would delete. It then sweeps no untagged manifest either
   * (pkg/storage/gc/gc.go, cleanRepo). @default true
   */
  readonly dryRun?: boolean | undefined;
  /** How long untagged manifests and orphaned referrers stay. @default gcDelay */
  readonly delay?: string | undefined;
  /** The first whose pattern matches a repository holds for it; repositories of none keep everything. */
  readonly rules: readonly RetentionRule[];
}

export interface RetentionRule {
  /** A pattern as src/zot/glob.ts knows it. */
  readonly repositories: string;
  /** Which tags stay; a tag belongs to the first that names it. @default all stay */
  readonly keep?: readonly KeepRule[] | undefined;
  /** Whether manifests without a tag go. @default true, which is Zot's own */
  readonly deleteUntagged?: boolean | undefined;
  /** Whether signatures and the like go when the image that they belong to is gone. @default true; Zot's own is false */
  readonly deleteReferrers?: boolean | undefined;
}

/** Tags that stay: each that fulfils one of the conditions, or all where there is none. Ages as `30d` or `12h`. */
export interface KeepRule {
  /** Patterns of tags, as tagPattern.ts knows them. @default all */
  readonly tags?: readonly string[] | undefined;
  readonly mostRecentlyPushedCount?: number | undefined;
  readonly mostRecentlyPulledCount?: number | undefined;
  /** Pushed not longer ago than this. */
  readonly pushedWithin?: string | undefined;
  /** Pulled, or pushed, not longer ago than this. */
  readonly pulledWithin?: string | undefined;
}

/** What holds where nothing was said. */
export const retentionDefaults = {
  dryRun: true,
  deleteUntagged: true,
  deleteReferrers: true,
} as const;

/** What a cache keeps. */
export interface CacheRetention {
  /** What nobody pulled for so long goes, and is fetched again when somebody asks for it. */
  readonly pulledWithin: string;
}

/** Whether a tag that the rule names stays whatever its age. */
export function isUnconditional(rule: KeepRule): boolean {
  return (
    rule.mostRecentlyPushedCount === undefined &&
    rule.mostRecentlyPulledCount === undefined &&
    rule.pushedWithin === undefined &&
    rule.pulledWithin === undefined
  );
}
