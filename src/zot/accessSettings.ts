/**
 * Who may do what, in the words of a stack file.
 *
 * anonymous: whoever comes without credentials, and everybody else. signed-in: every account, pull secrets' included.
 * ci, puller: the machine accounts, in every generation that works, and who has their role. The rest: one of their own.
 */
export type Who =
  "anonymous" | "signed-in" | "ci" | "puller" | `user:${string}` | `group:${string}`;

/** What is allowed; each includes `pull`, since clients look before they push or delete. */
export const whats = ["pull", "push-new", "overwrite", "delete"] as const;

/** pull. push-new: a tag that is not there. overwrite: a tag that is there, too. delete: tags and digests. */
export type What = (typeof whats)[number];

export interface Grant {
  readonly who: readonly Who[];
  readonly what: readonly What[];
}

/** private: puller pulls, CI pulls and pushes what is new. read-public: strangers pull, too. Admins may do everything. */
export const tiers = ["private", "read-public"] as const;
export type Tier = (typeof tiers)[number];

/** The tier where nothing was said. */
export const defaultTier = "private" satisfies Tier;

/** What holds for the repositories of one pattern. */
export interface AccessRule {
  /** A pattern as src/zot/glob.ts knows it. */
  readonly repositories: string;
  /** Starts afresh: a tier of its own, and nothing of the rules and grants around it. @default adds to what is around it */
  readonly tier?: Tier | undefined;
  /** @default none */
  readonly allow?: readonly Grant[] | undefined;
}

/** An account or a group, that a role is given to. */
export type Member = `user:${string}` | `group:${string}`;

export interface AccessSettings {
  /** @default "private" */
  readonly tier?: Tier | undefined;
  /** On top of the tier, for all repositories but the caches, where only pulling counts. @default none */
  readonly allow?: readonly Grant[] | undefined;
  /** @default none */
  readonly rules?: readonly AccessRule[] | undefined;
  /**
   * Tags that whoever may push what is new may move, too; `signed-in` apart, whom Zot knows no conditions for. Needs Zot
   * 2.1.17. @default none
   */
  readonly moving?: readonly string[] | undefined;
  /** Groups of accounts, by name; an identity provider's groups need not stand here. @default none */
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Who has a role besides the accounts that were made for it. @default nobody */
  readonly roles?:
    Readonly<Partial<Record<"admin" | "ci" | "puller", readonly Member[]>>> | undefined;
}

/** What a tier grants. */
export function tierGrants(tier: Tier): Grant[] {
  return [
    { who: ["puller"], what: ["pull"] },
    { who: ["ci"], what: ["pull", "push-new"] },
    ...(tier === "read-public" ? [{ who: ["anonymous"], what: ["pull"] } as const] : []),
  ];
}
