import fc from "fast-check";
import type { AccessControl } from "../../../src/zot/accessControl";
import { overlap } from "../../../src/zot/glob";
import { actions, onlyTags, type Policy, type PolicyGroup } from "../../../src/zot/policies";

export const people = ["ana", "ben", "kim", "dan"] as const;
const groupNames = ["devs", "ops", "nobody"] as const;

/** The two tags that every repository has. */
export const tags = ["latest", "t1"] as const;

const some = <T>(all: readonly T[]) => fc.subarray([...all]);

const policy: fc.Arbitrary<Policy> = fc.record(
  {
    users: some(["ana", "ben", "kim"]),
    groups: some(groupNames),
    actions: some(actions),
    conditions: fc
      .subarray([...tags], { minLength: 1 })
      .map((names) => [{ expression: onlyTags(names), message: "no" }]),
  },
  { requiredKeys: ["users", "actions"], noNullPrototype: true },
);

const group: fc.Arbitrary<PolicyGroup> = fc.record(
  {
    policies: fc.array(policy, { maxLength: 3 }),
    defaultPolicy: some(actions),
    anonymousPolicy: some(actions),
  },
  { requiredKeys: ["defaultPolicy"], noNullPrototype: true },
);

const part = fc.constantFrom("a", "b", "ab", "*", "a*", "*b", "**");
const name = fc
  .array(fc.constantFrom("a", "b", "ab", "ba"), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));

/** Policies of a few overlapping patterns; of two that are equally long and share a name Zot would take either. */
const policies = fc
  .array(
    fc.tuple(
      fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
      group,
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) =>
    all.filter(
      ([pattern], index) =>
        !all
          .slice(0, index)
          .some(([other]) => other.length === pattern.length && overlap(other, pattern)),
    ),
  );

/** Policies, and two repositories to ask about. */
export interface AskedPolicies {
  policies: [string, PolicyGroup][];
  repositories: string[];
}

export function somePolicies(count: number, seed: number): AskedPolicies[] {
  const asked = fc.record({
    policies,
    repositories: fc.uniqueArray(name, { minLength: 2, maxLength: 2 }),
  });
  return fc.sample(asked, { numRuns: count, seed }).map(({ policies, repositories }, index) => ({
    policies: policies.map(([pattern, group]) => [`p${index}/${pattern}`, group]),
    repositories: repositories.map((each) => `p${index}/${each}`),
  }));
}

/** One config for all of them: each has a prefix of its own, and none reaches the others. */
export function together(asked: readonly AskedPolicies[]): AccessControl {
  return {
    repositories: {
      "**": { defaultPolicy: ["read"] },
      ...Object.fromEntries(asked.flatMap(({ policies }) => policies)),
    },
    adminPolicy: { users: ["admin"], actions: [...actions] },
    groups: { devs: { users: ["ana", "kim"] }, ops: { users: ["ben", "ana"] } },
  };
}
