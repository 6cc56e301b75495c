import assert from "node:assert/strict";
import { ConfigError, type Problem } from "../../src/config/problem";
import { parseStackConfig } from "../../src/config/stack";
import { right } from "./wrongStacks";

/** What a stack file is refused with. */
export function errorOf(raw: Record<string, unknown>, alsoSecret: string[] = []): ConfigError {
  try {
    parseStackConfig(raw, alsoSecret);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error;
  }
  return assert.fail("the stack file was taken");
}

/** All that a right stack file with other keys is told; nothing where it is taken. */
export function problemsOf(change: object): readonly Problem[] {
  try {
    parseStackConfig({ ...right, ...change });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError && error.problems.length > 0);
    return error.problems;
  }
}

/** What is wrong, the keys that are, and the one problem that is told. */
export type Told = [
  what: string,
  change: object,
  path: string,
  found: string,
  allowed: string,
  hint?: string,
];

export function areTold(rows: readonly Told[]): void {
  for (const [what, change, path, found, allowed, hint] of rows)
    it(`is told of ${what}`, () => {
      const problem = { path: `zot-fleet:${path}`, found, allowed };
      assert.deepEqual(problemsOf(change), [hint === undefined ? problem : { ...problem, hint }]);
    });
}

/** A place, the keys that have a value there, values that are taken, values that are not, and what is allowed. */
export type Limits = [
  path: string,
  change: (value: unknown) => object,
  right: unknown[],
  wrong: unknown[],
  allowed: string,
];

export function haveLimits(rows: readonly Limits[]): void {
  for (const [path, change, taken, refused, allowed] of rows)
    it(`has limits at ${path}`, () => {
      for (const value of taken) assert.deepEqual(problemsOf(change(value)), [], said(value));
      for (const value of refused)
        assert.deepEqual(
          problemsOf(change(value)).map((each) => [each.path, each.allowed]),
          [[`zot-fleet:${path}`, allowed]],
          said(value),
        );
    });
}

const said = (value: unknown) => JSON.stringify(value);
