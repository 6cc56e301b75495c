import assert from "node:assert/strict";
import { apiKeysSchema, deliveryTokensSchema, targetsOf } from "../../src/config/apiKeys";
import { schemaProblems } from "../../src/config/problem";
import { secrets } from "../../src/config/rules";
import { z } from "zod";

const deliver = [{ to: "kubernetes", namespace: "team", name: "zot-ci" }];
const key = { name: "builds", account: "ci", deliver };
const problemsOf = (change: object) =>
  schemaProblems(z.object({ apiKeys: apiKeysSchema }), { apiKeys: [{ ...key, ...change }] });

describe("an API key of the stack file", () => {
  it("lasts 90 days and is renewed three weeks before its end, where nothing else is said", () => {
    const [made] = apiKeysSchema.parse([key]);
    assert.equal(made?.expiresAfter, "90d");
    assert.equal(made.renewBefore, "21d");
    assert.equal(made.renewal, 1);
    assert.deepEqual(targetsOf(made, "kind"), [
      {
        to: "kubernetes",
        context: "kind",
        namespace: "team",
        name: "zot-ci",
        type: "dockerconfigjson",
      },
    ]);
  });

  const right: [what: string, change: object][] = [
    ["a name of a letter", { name: "a" }],
    ["a name of 63", { name: "a".repeat(63) }],
    ["an account that pulls", { account: "puller" }],
    ["the shortest life", { expiresAfter: "1d", renewBefore: "0d" }],
    ["the longest life", { expiresAfter: "3650d", renewBefore: "3649d" }],
  ];
  for (const [what, change] of right)
    it(`may have ${what}`, () => {
      assert.deepEqual(problemsOf(change), []);
    });

  const wrong: [what: string, change: object, key: string, allowed: RegExp][] = [
    ["a name that begins with a dash", { name: "-a" }, "name", /digits and dashes, at most 63/],
    ["a name that ends with a dash", { name: "a-" }, "name", /digits and dashes, at most 63/],
    ["a name of 64", { name: "a".repeat(64) }, "name", /at most 63/],
    ["an account of people", { account: "admin" }, "account", /ci/],
    ["no life", { expiresAfter: "0d" }, "expiresAfter", /^whole days from 1d to 3650d/],
    ["a life of ages", { expiresAfter: "3651d" }, "expiresAfter", /^whole days from 1d/],
    ["half a day before", { renewBefore: "12h" }, "renewBefore", /^whole days from 0d to 3649d/],
    ["ages before", { renewBefore: "3650d" }, "renewBefore", /^whole days from 0d to 3649d/],
    ["nowhere to go", { deliver: [] }, "deliver", /^a list of objects, each with to, at least one/],
    ["a place that is none", { deliver: [{ to: "mail" }] }, "deliver[0]", /kubernetes/],
  ];
  for (const [what, change, path, allowed] of wrong)
    it(`may not have ${what}`, () => {
      const [problem, ...more] = problemsOf(change);
      assert.equal(more.length, 0);
      assert.ok(problem?.path.startsWith(`zot-fleet:apiKeys[0].${path}`), problem?.path);
      assert.match(problem?.allowed ?? "", allowed);
    });

  it("may go to places that are told by name, the last after an or", () => {
    const [problem] = problemsOf({ deliver: ["kubernetes"] });
    assert.match(problem?.allowed ?? "", /^an object with to: \w+(?:, \w+)* or \w+$/);
    assert.match(problem?.allowed ?? "", /\bkubernetes\b/);
  });
});

describe("the tokens of forges", () => {
  it("are secret", () => {
    assert.equal(secrets.get(deliveryTokensSchema)?.secret, true);
  });

  it("are texts that say something, by host", () => {
    const said = (deliveryTokens: unknown) =>
      schemaProblems(z.object({ deliveryTokens: deliveryTokensSchema }), { deliveryTokens });
    assert.deepEqual(said({ "api.github.com": "t" }), []);
    const allowed = (tokens: unknown) => said(tokens).map((problem) => problem.allowed);
    assert.deepEqual(allowed({ "api.github.com": "" }), ["a token"]);
    assert.deepEqual(allowed("t"), ["an object with a token for each forge's host"]);
  });
});
