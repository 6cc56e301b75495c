import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigError } from "../../src/config/problem";
import { readStackConfig } from "../../src/config/readStackConfig";
import { parseStackConfig } from "../../src/config/stack";
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
    assert.deepEqual(
      problems.map(({ path, hint }) => [path, hint]),
      [["zot-fleet:adminPassword", "set it with: pulumi config set --secret adminPassword"]],
    );
    assert.doesNotMatch(JSON.stringify(problems), /c4n4ry/);
    assert.deepEqual(problemsOf(all, ["zot-fleet:adminPassword"]), []);
  });

  it("does not take an object for a password", () => {
    const all = { "zot-fleet:cluster": cluster, "zot-fleet:adminPassword": '{"value":"c4n4ry"}' };
    const problems = problemsOf(all);
    assert.equal(problems.length, 1);
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
});
