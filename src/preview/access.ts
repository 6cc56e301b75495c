import { z } from "zod";

const actions = z.array(z.string()).catch([]);

const access = z
  .looseObject({
    repositories: z
      .record(
        z.string(),
        z.looseObject({
          policies: z
            .array(
              z.looseObject({
                users: actions.optional(),
                groups: actions.optional(),
                actions,
                conditions: z.array(z.looseObject({ expression: z.string() })).optional(),
              }),
            )
            .nullish(),
          defaultPolicy: actions.nullish(),
          anonymousPolicy: actions.nullish(),
        }),
      )
      .optional(),
    adminPolicy: z
      .looseObject({ users: actions.optional(), groups: actions.optional(), actions })
      .optional(),
  })
  .catch({});

/** A right that a change gives or takes. */
export interface RightChange {
  /** `anonymous`: whoever reaches the registry. `everybody`: every account without a rule of its own. */
  who: string;
  pattern: string;
  actions: string[];
  given: boolean;
}

export const anonymous = "strangers, without a password,";

/** What changes in who may do what, between two of Zot's `http.accessControl`; none at all is everything for everybody. */
export function rightChanges(old: unknown, now: unknown): RightChange[] {
  const [before, after] = [rights(old), rights(now)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [pattern = "", who = ""] = key.split("\n");
    const [had, has] = [before.get(key) ?? new Set<string>(), after.get(key) ?? new Set<string>()];
    const given = [...has].filter((action) => !had.has(action));
    const taken = [...had].filter((action) => !has.has(action));
    return [
      ...(given.length > 0 ? [{ who, pattern, actions: given, given: true }] : []),
      ...(taken.length > 0 ? [{ who, pattern, actions: taken, given: false }] : []),
    ];
  });
}

/** An action that holds only under conditions, such as moving some tags, is another one than the whole. */
function conditionally(action: string, conditions: readonly { expression: string }[] = []): string {
  const where = conditions.map(({ expression }) => {
    const tags = /^req\.reference in \[(.*)\]$/.exec(expression)?.[1];
    return tags === undefined ? `where ${expression}` : `the tags ${tags.replaceAll('"', "")}`;
  });
  return [action, ...where].join(" ");
}

function rights(value: unknown): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  const add = (pattern: string, who: string, some: readonly string[]) => {
    if (some.length === 0) return;
    const key = `${pattern}\n${who}`;
    all.set(key, new Set([...(all.get(key) ?? []), ...some]));
  };
  const everything = ["read", "create", "update", "delete"];
  if (value === undefined) add("**", anonymous, everything);
  const { repositories = {}, adminPolicy } = access.parse(value ?? {});
  for (const [pattern, rule] of Object.entries(repositories)) {
    add(pattern, anonymous, rule.anonymousPolicy ?? []);
    add(pattern, "every other account", rule.defaultPolicy ?? []);
    for (const { users = [], groups = [], actions: all, conditions } of rule.policies ?? []) {
      const some = all.map((action) => conditionally(action, conditions));
      for (const user of users) add(pattern, user, some);
      for (const group of groups) add(pattern, `the group ${group}`, some);
    }
  }
  const { users = [], groups = [], actions: some = [] } = adminPolicy ?? {};
  for (const user of users) add("**", user, some);
  for (const group of groups) add("**", `the group ${group}`, some);
  return all;
}
