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

/** Who has a right: whoever reaches the registry, every account without a rule of its own, or one that is named. */
export type Who = "strangers" | "others" | { user: string } | { group: string };

/** An action that holds only under conditions, such as moving some tags, is another one than the whole. */
interface Action {
  action: string;
  /** Lists of tags that it holds for. */
  tags: string[];
  /** Other conditions, in CEL. */
  where: string[];
}

/** A right that a change gives or takes. None of its texts is ours. */
export interface RightChange {
  who: Who;
  pattern: string;
  actions: Action[];
  given: boolean;
}

/** What changes in who may do what, between two of Zot's `http.accessControl`; none at all is everything for everybody. */
export function rightChanges(old: unknown, now: unknown): RightChange[] {
  const [before, after] = [rights(old), rights(now)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [pattern, who] = JSON.parse(key) as [string, Who];
    const [had, has] = [before, after].map((all) => all.get(key) ?? new Set<string>());
    const change = (of = new Set<string>(), less = new Set<string>(), given: boolean) => {
      const actions = [...of].filter((each) => !less.has(each));
      if (actions.length === 0) return [];
      return [{ who, pattern, actions: actions.map((each) => JSON.parse(each) as Action), given }];
    };
    return [...change(has, had, true), ...change(had, has, false)];
  });
}

function conditionally(action: string, conditions: readonly { expression: string }[] = []): Action {
  const tagsIn = (expression: string) => /^req\.reference in \[(.*)\]$/.exec(expression)?.[1];
  const expressions = conditions.map(({ expression }) => expression);
  return {
    action,
    tags: expressions.flatMap((each) => tagsIn(each)?.replaceAll('"', "") ?? []),
    where: expressions.filter((each) => tagsIn(each) === undefined),
  };
}

/** Actions as JSON, by pattern and who, as JSON. */
function rights(value: unknown): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  const add = (
    pattern: string,
    who: Who,
    some: readonly string[],
    conditions?: readonly { expression: string }[],
  ) => {
    if (some.length === 0) return;
    const key = JSON.stringify([pattern, who]);
    const actions = some.map((action) => JSON.stringify(conditionally(action, conditions)));
    all.set(key, new Set([...(all.get(key) ?? []), ...actions]));
  };
  if (value === undefined) add("**", "strangers", ["read", "create", "update", "delete"]);
  const { repositories = {}, adminPolicy } = access.parse(value ?? {});
  for (const [pattern, rule] of Object.entries(repositories)) {
    add(pattern, "strangers", rule.anonymousPolicy ?? []);
    add(pattern, "others", rule.defaultPolicy ?? []);
    for (const { users = [], groups = [], actions: some, conditions } of rule.policies ?? []) {
      for (const user of users) add(pattern, { user }, some, conditions);
      for (const group of groups) add(pattern, { group }, some, conditions);
    }
  }
  const { users = [], groups = [], actions: some = [] } = adminPolicy ?? {};
  for (const user of users) add("**", { user }, some);
  for (const group of groups) add("**", { group }, some);
  return all;
}
