import {
  defaultTier,
  tierGrants,
  type AccessSettings,
  type Grant,
  type Member,
} from "./accessSettings";
import { validateUsername } from "./htpasswd";
import { actions, policyGroup, split, type Action, type PolicyGroup, type Roles } from "./policies";
import { around, everywhere, ruleClashes } from "./ruleClashes";

/** `http.accessControl` of Zot's config.json. */
export interface AccessControl {
  repositories: Record<string, PolicyGroup>;
  adminPolicy: { users: string[]; groups?: string[]; actions: Action[] };
  groups?: Record<string, { users: string[] }>;
  metrics?: { users: string[] };
}

/** Repositories that only Zot itself fills: a cache's. */
export interface CachedRepositories {
  /** What their names begin with, such as `docker.io`. */
  readonly prefix: string;
  /** Whether strangers may pull them. @default as the tier has it */
  readonly anonymous?: boolean | undefined;
}

export interface AccessControlOptions {
  /** Accounts that may do everything; at least one, or nobody could push. */
  readonly admins: readonly string[];
  /** Accounts that may pull. */
  readonly readers?: readonly string[];
  /**
   * Accounts that may pull, and push what is new. From Zot 2.1.15 on they cannot move a tag; before, `create` was
   * enough to overwrite `latest`.
   */
  readonly pushers?: readonly string[];
  /** Accounts that may read the metrics. Without any, `/metrics` is refused to everybody. */
  readonly metricsReaders?: readonly string[];
  /** @default private, with nothing on top */
  readonly access?: AccessSettings | undefined;
  /** @default none */
  readonly caches?: readonly CachedRepositories[] | undefined;
}

/**
 * Who may do what: admins everything, readers and pushers what their names say and the settings add, and nobody else
 * anything. Where no policy is anonymous a stranger gets 401, and an account without a policy 403.
 *
 * - Zot lets the longest pattern replace the others: each pattern's policies hold what the rules around it grant, too.
 * - Whoever signs in is no stranger to Zot: what strangers may is in `defaultPolicy` as well.
 * - Admins do not read the metrics by being admins: Zot looks at `metrics.users` alone (pkg/api/authz.go,
 *   MetricsAuthzHandler).
 * - Only admins write under a cache's prefix.
 *
 * @throws RangeError when there is no admin, for a name that cannot stand in an htpasswd file, and for patterns that clash
 */
export function accessControl(options: AccessControlOptions): AccessControl {
  const { admins, readers = [], pushers = [], metricsReaders = [], access = {} } = options;
  refuse(options);
  const { roles: named = {}, moving = [], groups = {} } = access;
  const users = (names: readonly string[]) => names.map((name): Member => `user:${name}`);
  const roles: Roles = {
    puller: [...users(readers), ...(named.puller ?? [])],
    ci: [...users(pushers), ...(named.ci ?? [])],
  };
  const all = split([...users(admins), ...(named.admin ?? [])]);
  const repositories = [
    [everywhere, policyGroup(outermost(access), roles, moving)],
    ...(access.rules ?? []).map(({ repositories: pattern }) => [
      pattern,
      policyGroup(grantsFor(pattern, access), roles, moving),
    ]),
    ...(options.caches ?? []).map((cache) => [
      `${cache.prefix}/**`,
      policyGroup(cacheGrants(cache, access), roles),
    ]),
  ] as [string, PolicyGroup][];
  return {
    repositories: Object.fromEntries(repositories),
    adminPolicy: {
      users: all.users,
      ...(all.groups.length > 0 ? { groups: all.groups } : {}),
      actions: [...actions],
    },
    ...(Object.keys(groups).length > 0 ? { groups: groupsOf(groups) } : {}),
    ...(metricsReaders.length > 0 ? { metrics: { users: [...metricsReaders] } } : {}),
  };
}

function outermost({ tier = defaultTier, allow = [] }: AccessSettings): Grant[] {
  return [...tierGrants(tier), ...allow];
}

/** What holds for a rule's repositories: from the innermost rule with a tier of its own inwards, everything. */
function grantsFor(pattern: string, access: AccessSettings): Grant[] {
  const rules = access.rules ?? [];
  const chain = [...around(pattern, rules), ...rules.filter((r) => r.repositories === pattern)];
  const afresh = chain.findLastIndex(({ tier }) => tier !== undefined);
  const tier = chain[afresh]?.tier;
  return [
    ...(tier === undefined ? outermost(access) : tierGrants(tier)),
    ...chain.slice(Math.max(afresh, 0)).flatMap(({ allow = [] }) => allow),
  ];
}

/** Of a cache, everybody who may pull everywhere may pull; and nobody may push. */
function cacheGrants({ anonymous }: CachedRepositories, access: AccessSettings): Grant[] {
  const open = anonymous ?? access.tier === "read-public";
  const grants = outermost({ ...access, tier: open ? "read-public" : "private" });
  return grants.map(({ who }) => ({
    who: who.map((each) => (each === "anonymous" && anonymous === false ? "signed-in" : each)),
    what: ["pull"],
  }));
}

function groupsOf(groups: Readonly<Record<string, readonly string[]>>) {
  const entries = Object.entries(groups).map(([name, users]) => [name, { users: [...users] }]);
  return Object.fromEntries(entries) as Record<string, { users: string[] }>;
}

function refuse(options: AccessControlOptions): void {
  const { admins, readers = [], pushers = [], metricsReaders = [], access, caches = [] } = options;
  if (admins.length === 0) throw new RangeError("a registry has at least one admin");
  for (const name of [...admins, ...readers, ...pushers, ...metricsReaders]) {
    const broken = validateUsername(name);
    if (broken !== undefined) throw new RangeError(`"${name}" is no account: ${broken}`);
  }
  const patterns = [
    ...caches.map(({ prefix }) => `${prefix}/**`),
    ...(access?.rules ?? []).map(({ repositories }) => repositories),
  ];
  const [clash] = ruleClashes(patterns);
  if (clash !== undefined) throw new RangeError(`${patterns[clash.index] ?? ""}, ${clash.problem}`);
}
