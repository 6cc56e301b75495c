import type { AccessControl } from "./accessControl";
import { matchesGlob } from "./glob";
import { tagsOf, type Action, type Policy, type PolicyGroup } from "./policies";
import { supports } from "./versions";

/** Who asks; without a name, a stranger. */
export interface Asker {
  readonly user?: string | undefined;
  /** Groups besides those of the config: an identity provider's. @default none */
  readonly groups?: readonly string[];
}

/** What is asked for. Zot calls a push an update where the tag is there already, and a create otherwise. */
export interface Wish {
  readonly action: Action;
  readonly repository: string;
  /** The tag or the digest; absent where the request names none, as uploads of blobs do. */
  readonly reference?: string;
}

/**
 * Whether Zot would let somebody do something: its own rules, applied to its own config (pkg/api/authz.go, can and
 * isPermitted). It looks at the longest pattern that matches the repository, and at the admins' policy.
 *
 * @param version of Zot, such as `2.1.18`: before 2.1.15 `create` was enough to overwrite `latest`
 * @throws RangeError for a condition that was not made here
 */
export function mayDo(
  access: AccessControl,
  version: string,
  asker: Asker,
  { action, repository, reference = "" }: Wish,
): boolean {
  const asks = { ...withGroups(access, asker), action: asked(version, action, reference) };
  const group = longestMatch(access, repository);
  if (group !== undefined && permits(group, asks, reference)) return true;
  const { users, groups = [], actions } = access.adminPolicy;
  const admin = users.includes(asks.user) || shares(groups, asks.groups);
  return admin && actions.includes(asks.action);
}

interface Asks {
  /** Empty for a stranger, as Zot has it. */
  user: string;
  groups: readonly string[];
  action: Action;
}

function asked(version: string, action: Action, reference: string): Action {
  const moves = action === "update" && reference === "latest";
  return moves && !supports(version, "updateToOverwrite") ? "create" : action;
}

function withGroups({ groups = {} }: AccessControl, { user = "", groups: own = [] }: Asker) {
  const named = Object.keys(groups).filter((name) => groups[name]?.users.includes(user) === true);
  return { user, groups: user === "" ? [] : [...own, ...named] };
}

function longestMatch({ repositories }: AccessControl, name: string): PolicyGroup | undefined {
  const [longest] = Object.keys(repositories)
    .filter((pattern) => matchesGlob(pattern, name))
    .sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : repositories[longest];
}

function permits(group: PolicyGroup, asks: Asks, reference: string): boolean {
  const { policies = [], defaultPolicy, anonymousPolicy = [] } = group;
  if (policies.some((policy) => grants(policy, asks, reference))) return true;
  return (asks.user === "" ? anonymousPolicy : defaultPolicy).includes(asks.action);
}

function grants(policy: Policy, { user, groups, action }: Asks, reference: string): boolean {
  if (!policy.actions.includes(action)) return false;
  if (!policy.users.includes(user) && !shares(policy.groups ?? [], groups)) return false;
  return (policy.conditions ?? []).every(({ expression }) => {
    const tags = tagsOf(expression);
    if (tags === undefined) throw new RangeError(`"${expression}" is no condition of ours`);
    return tags.includes(reference);
  });
}

function shares(some: readonly string[], others: readonly string[]): boolean {
  return some.some((each) => others.includes(each));
}
