import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigError } from "../../src/config/problem";
import { readStackConfig } from "../../src/config/readStackConfig";
import { parseStackConfig, secretKeys } from "../../src/config/stack";
import { hostileText } from "../support/hostileText";
import { anyStack } from "./anyStack";
import { right } from "./wrongStacks";

const cluster = JSON.stringify(right.cluster);

/** As Pulumi hands a stack's configuration to a program: texts bare, the rest as JSON. */
function asPulumi(raw: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [
      `zot-fleet:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function problemsOf(all: Record<string, string>, secret: string[] = []) {
  try {
    readStackConfig(all, (key) => secret.includes(key));
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

describe("readStackConfig", () => {
  it("reads what Pulumi hands over", () => {
    assert.deepEqual(readStackConfig(asPulumi(right)), parseStackConfig(right));
  });

  it("leaves other namespaces alone", () => {
    const others = { "kubernetes:context": "elsewhere", "pulumi:tags": "{", other: "x" };
    const all = { ...others, "zot-fleet:cluster": cluster };
    assert.equal(readStackConfig(all).cluster.context, "ottawa");
  });

  it("refuses an unknown key of ours, and names the nearest", () => {
    const all = { "zot-fleet:cluster": cluster, "zot-fleet:seed": "[]" };
    assert.deepEqual(
      problemsOf(all).map(({ path, hint }) => [path, hint]),
      [["zot-fleet:seed", "did you mean seeds?"]],
    );
  });

  it("keeps a password that looks like a number or a truth", () => {
    for (const password of ["12345", "true", "null", '"quoted"', "1e3"]) {
      const all = { "zot-fleet:cluster": cluster, "zot-fleet:adminPassword": password };
      assert.equal(readStackConfig(all).adminPassword, password);
    }
  });

  it("refuses a secret in plain text, and shows nothing of it", () => {
    const all = { "zot-fleet:cluster": cluster, "zot-fleet:adminPassword": "c4n4ry" };
    const problems = problemsOf(all);
    assert.deepEqual(problems, [
      {
        path: "zot-fleet:adminPassword",
        found: "a secret in plain text, which is not shown",
        allowed: "an encrypted value",
        hint: "set it with: pulumi config set --secret adminPassword",
      },
    ]);
    const encrypted = readStackConfig(all, (key) => key === "zot-fleet:adminPassword");
    assert.equal(encrypted.adminPassword, "c4n4ry");
  });

  it("does not take an object for a password", () => {
    const all = { "zot-fleet:cluster": cluster, "zot-fleet:adminPassword": '{"value":"c4n4ry"}' };
    const problems = problemsOf(all);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.allowed ?? "", /^a password of 1 to 72 bytes/);
    assert.doesNotMatch(JSON.stringify(problems), /c4n4ry/);
  });

  it("says what belongs where the text is no JSON", () => {
    assert.deepEqual(
      problemsOf({ "zot-fleet:cluster": "ottawa", "zot-fleet:seeds": "[{" }).map(
        ({ path, found }) => [path, found],
      ),
      [
        ["zot-fleet:cluster", '"ottawa"'],
        ["zot-fleet:seeds", '"[{"'],
      ],
    );
  });

  it("shows nothing of a key that the stack file encrypts", () => {
    const all = { "zot-fleet:cluster": "c4n4ry", "zot-fleet:seeds": '["c4n4ry"]' };
    const problems = problemsOf(all, ["zot-fleet:cluster", "zot-fleet:seeds"]);
    assert.equal(problems.length, 2);
    assert.doesNotMatch(JSON.stringify(problems), /c4n4ry/);
  });

  for (const [key, value] of Object.entries({
    oidc: { issuer: "https://a.test/.well-known/openid-configuration?c4n4ry", clientId: "zot" },
    access: {
      rules: ["c4n4ry/**", "c4n4ry/ui"].map((repositories) => ({ repositories, allow: [] })),
    },
  }))
    it(`shows nothing of ${key} in a hint, where the stack file encrypts it`, () => {
      const all = asPulumi({ ...right, [key]: value });
      assert.ok(problemsOf(all).some(({ hint }) => hint !== undefined));
      const problems = problemsOf(all, [`zot-fleet:${key}`]);
      assert.notEqual(problems.length, 0);
      assert.doesNotMatch(JSON.stringify(problems), /c4n4ry/);
    });

  it("takes every right stack file, and what comes out goes in again", () => {
    fc.assert(
      fc.property(anyStack, (raw) => {
        const config = parseStackConfig(raw);
        assert.deepEqual(readStackConfig(asPulumi(raw)), config);
        assert.deepEqual(
          parseStackConfig(JSON.parse(JSON.stringify(config)) as typeof raw),
          config,
        );
        for (const [key, value] of Object.entries(raw))
          if (typeof value === "string") assert.equal(config[key as "compression"], value);
      }),
    );
  });

  it("answers anything with a stack or a list of problems, and never with another error", () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const keys = fc.constantFrom("cluster", "seeds", "zot", "checks", "adminPassword", "x");
    fc.assert(
      fc.property(fc.dictionary(keys, value), (raw) => {
        try {
          parseStackConfig(raw);
        } catch (error) {
          assert.ok(error instanceof ConfigError && error.problems.length > 0, String(error));
        }
      }),
    );
  });

  it("tells of a right stack file with something else in it by path, found and allowed, and of no secret", () => {
    const secret = "c4n4ry-of-a-secret";
    const anything = fc.oneof(
      hostileText,
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom("", null, -1, 1e400, [], {}, [[]], "/.well-known/openid-configuration?x"),
    );
    const hidden = fc.oneof(
      fc.constant(secret),
      fc.dictionary(
        fc.constantFrom("docker.io", "x", "accra"),
        fc.constantFrom(secret, [secret], 1),
      ),
      fc.array(fc.constant(secret), { maxLength: 2 }),
    );
    const all = fc.dictionary(fc.constantFrom(...secretKeys), hidden, { maxKeys: 3 });
    fc.assert(
      fc.property(
        anyStack,
        fc.array(fc.tuple(fc.nat(), anything), { maxLength: 3 }),
        all,
        (raw, changes, secrets) => {
          const changed = changes.reduce<unknown>(
            (made, [at, value]) => withAt(made, at, value),
            raw,
          );
          const stack = { ...(changed as Record<string, unknown>), ...secrets };
          try {
            parseStackConfig(stack);
          } catch (error) {
            assert.ok(error instanceof ConfigError && error.problems.length > 0, String(error));
            for (const { path, found, allowed } of error.problems)
              assert.ok(path.startsWith("zot-fleet:") && found !== "" && allowed !== "");
            assert.ok(
              !`${error.message}${JSON.stringify(error.problems)}`.includes("c4n4ry"),
              error.message,
            );
          }
          // Whatever a stack file encrypts is as secret as what has to be.
          const encrypted = JSON.parse(JSON.stringify(stack), (_, value: unknown) =>
            typeof value === "string" ? `${value}c4n4ry` : value,
          ) as Record<string, unknown>;
          const problems = problemsOf(
            asPulumi(encrypted),
            Object.keys(encrypted).map((key) => `zot-fleet:${key}`),
          );
          const told = problems.map(({ found, allowed, hint }) => [found, allowed, hint]);
          assert.ok(!JSON.stringify(told).includes("c4n4ry"), JSON.stringify(told));
        },
      ),
    );
  });
});

/** `value` with another one in its place numbered `at`, counted through all that is within it. */
function withAt(value: unknown, at: number, other: unknown): unknown {
  const places: string[][] = [];
  const walk = (here: unknown, path: string[]) => {
    if (path.length > 0) places.push(path);
    if (typeof here === "object" && here !== null)
      for (const [key, each] of Object.entries(here)) walk(each, [...path, key]);
  };
  walk(value, []);
  const path = places[at % Math.max(places.length, 1)];
  const replaced = (here: unknown, [key, ...rest]: readonly string[]): unknown => {
    if (key === undefined) return other;
    const copy = (
      Array.isArray(here) ? [...(here as unknown[])] : { ...(here as object) }
    ) as Record<string, unknown>;
    copy[key] = replaced(copy[key], rest);
    return copy;
  };
  return path === undefined ? value : replaced(value, path);
}
