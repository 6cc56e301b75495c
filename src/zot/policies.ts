import type { Grant, Member, What, Who } from "./accessSettings";

/** What an account may do with the images of a repository, in Zot's words. */
export const actions = ["read", "create", "update", "delete"] as const;
export type Action = (typeof actions)[number];

/** What has to hold of a request besides, in CEL; from Zot 2.1.17. */
export interface Condition {
  expression: string;
  /** What a client is told that is refused. */
  message: string;
}

/** Who may do what with the repositories of one pattern. */
export interface Policy {
  users: string[];
  groups?: string[];
  actions: Action[];
  conditions?: Condition[];
}

/** All that Zot looks at for a repository: the longest pattern's, and no other's. */
export interface PolicyGroup {
  policies?: Policy[];
  /** For whoever signed in, whom `anonymousPolicy` is not for. */
  defaultPolicy: Action[];
  anonymousPolicy?: Action[];
}

/** Accounts and groups behind the words `ci` and `puller`. */
export type Roles = Readonly<Record<"ci" | "puller", readonly Member[]>>;

const actionsOf: Record<What, readonly Action[]> = {
  pull: ["read"],
  "push-new": ["read", "create"],
  overwrite: ["read", "create", "update"],
  delete: ["read", "delete"],
};

/** What people call a right that Zot has another word for. */
export const rightOf: Readonly<Record<Action, What>> = {
  read: "pull",
  create: "push-new",
  update: "overwrite",
  delete: "delete",
};

/** Grants as Zot takes them. They add up, in whatever order. */
export function policyGroup(
  grants: readonly Grant[],
  roles: Roles,
  moving: readonly string[] = [],
): PolicyGroup {
  const policies = grants.flatMap((grant) => policyOf(grant, roles));
  const everybody = inOrder(granted(grants, "anonymous"));
  const signedIn = inOrder([...granted(grants, "signed-in"), ...everybody]);
  const all = [...policies, ...mayMove(policies, moving)];
  return {
    ...(all.length > 0 ? { policies: all } : {}),
    defaultPolicy: signedIn,
    ...(everybody.length > 0 ? { anonymousPolicy: everybody } : {}),
  };
}

/** The expression that holds for some tags alone. A tag has no character that CEL or JSON would escape. */
export function onlyTags(tags: readonly string[]): string {
  return `req.reference in [${tags.map((tag) => JSON.stringify(tag)).join(", ")}]`;
}

/** The tags of an expression that `onlyTags` wrote; undefined for any other. */
export function tagsOf(expression: string): string[] | undefined {
  const list = /^req\.reference in (\[.*\])$/.exec(expression)?.[1];
  return list === undefined ? undefined : (JSON.parse(list) as string[]);
}

function granted(grants: readonly Grant[], who: Who): Action[] {
  return grants
    .filter((grant) => grant.who.includes(who))
    .flatMap(({ what }) => what.flatMap((each) => actionsOf[each]));
}

function policyOf({ who, what }: Grant, roles: Roles): Policy[] {
  const { users, groups } = split(who.flatMap((each) => membersOf(each, roles)));
  if (users.length + groups.length === 0) return [];
  const allowed = inOrder(what.flatMap((each) => actionsOf[each]));
  return [{ users, ...(groups.length > 0 ? { groups } : {}), actions: allowed }];
}

function mayMove(policies: readonly Policy[], moving: readonly string[]): Policy[] {
  const pushers = policies.filter(
    ({ actions }) => actions.includes("create") && !actions.includes("update"),
  );
  if (moving.length === 0 || pushers.length === 0) return [];
  const groups = unique(pushers.flatMap((each) => each.groups ?? []));
  return [
    {
      users: unique(pushers.flatMap(({ users }) => users)),
      ...(groups.length > 0 ? { groups } : {}),
      actions: ["update"],
      conditions: [
        { expression: onlyTags(moving), message: `only ${moving.join(", ")} may be moved` },
      ],
    },
  ];
}

function membersOf(who: Who, roles: Roles): readonly Who[] {
  return who === "ci" || who === "puller" ? roles[who] : [who];
}

/** The names of users and of groups, each once; whoever has no name of their own is neither. */
export function split(members: readonly Who[]): { users: string[]; groups: string[] } {
  const named = (kind: "user:" | "group:") =>
    unique(members.filter((each) => each.startsWith(kind)).map((each) => each.slice(kind.length)));
  return { users: named("user:"), groups: named("group:") };
}

function inOrder(some: readonly Action[]): Action[] {
  return actions.filter((action) => some.includes(action));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
