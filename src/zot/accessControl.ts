import { validateUsername } from "./htpasswd";

/** What an account may do with the images of a repository, in Zot's words. */
type Action = "read" | "create" | "update" | "delete";

/** Who may do what with the repositories of one pattern. */
export interface Policy {
  users: string[];
  actions: Action[];
}

/** `http.accessControl` of Zot's config.json. */
export interface AccessControl {
  repositories: Record<string, { policies?: Policy[]; defaultPolicy: Action[] }>;
  adminPolicy: { users: string[]; actions: Action[] };
  metrics?: { users: string[] };
}

interface AccessControlOptions {
  /** Accounts that may do everything; at least one, or nobody could push. */
  readonly admins: readonly string[];
  /** Accounts that may pull everything. */
  readonly readers?: readonly string[];
  /**
   * Accounts that may pull everything and push what is new. From Zot 2.1.15 on they cannot move a tag; before,
   * `create` was enough to overwrite `latest`.
   */
  readonly pushers?: readonly string[];
  /** Accounts that may read the metrics. Without any, `/metrics` is refused to everybody. */
  readonly metricsReaders?: readonly string[];
}

const everything: readonly Action[] = ["read", "create", "update", "delete"];

/**
 * Who may do what: admins everything, readers and pushers what their names say, and nobody else anything. `**` has an
 * empty default policy and no anonymous one, so a stranger gets 401 and an account without a policy 403.
 *
 * Admins do not read the metrics by being admins: Zot looks at `metrics.users` alone (pkg/api/authz.go,
 * MetricsAuthzHandler).
 *
 * @throws RangeError when there is no admin, or a name that cannot stand in an htpasswd file
 */
export function accessControl({
  admins,
  readers = [],
  pushers = [],
  metricsReaders = [],
}: AccessControlOptions): AccessControl {
  if (admins.length === 0) throw new RangeError("a registry has at least one admin");
  for (const name of [...admins, ...readers, ...pushers, ...metricsReaders]) {
    const broken = validateUsername(name);
    if (broken !== undefined) throw new RangeError(`"${name}" is no account: ${broken}`);
  }
  const policies = [policy(readers, ["read"]), policy(pushers, ["read", "create"])].flat();
  return {
    repositories: { "**": { ...(policies.length > 0 ? { policies } : {}), defaultPolicy: [] } },
    adminPolicy: { users: [...admins], actions: [...everything] },
    ...(metricsReaders.length > 0 ? { metrics: { users: [...metricsReaders] } } : {}),
  };
}

function policy(users: readonly string[], actions: Action[]): Policy[] {
  return users.length === 0 ? [] : [{ users: [...users], actions }];
}
