import assert from "node:assert/strict";
import { renewalMark, renewalProblems } from "../../src/config/renewal";

const oidc = { issuer: "https://id.example.com" };
const problem = {
  path: "zot-fleet:renewal.sessionKeys",
  found: "a renewal of keys that there are not, since there is no oidc",
  allowed: "a renewal without sessionKeys, or a stack with oidc",
};

describe("a renewal of session keys", () => {
  const cases: [what: string, raw: Record<string, unknown>, problems: object[]][] = [
    ["is refused where nobody signs in", { renewal: { sessionKeys: 2 } }, [problem]],
    ["is refused by a word, too", { renewal: { sessionKeys: "leaked" } }, [problem]],
    ["is taken where people sign in", { renewal: { sessionKeys: 2 }, oidc }, []],
    ["is none where it says what holds anyway", { renewal: { sessionKeys: 1 } }, []],
    ["is none where another thing is renewed", { renewal: { fleet: 2 } }, []],
    ["is none where nothing is said", {}, []],
    ["is judged elsewhere where it is no object", { renewal: "all" }, []],
  ];
  for (const [what, raw, problems] of cases)
    it(what, () => {
      assert.deepEqual(renewalProblems(raw), problems);
    });

  it("is marked by a whole number or a text, which may be long", () => {
    const mark = renewalMark();
    for (const right of [2, -1, "2", "after the leak of May"])
      assert.equal(mark.parse(right), right);
    assert.equal(mark.parse(undefined), 1);
    for (const wrong of ["", 1.5, true, null, []])
      assert.equal(mark.safeParse(wrong).success, false, JSON.stringify(wrong));
  });
});
