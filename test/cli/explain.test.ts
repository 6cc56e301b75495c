import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { explanations } from "../../src/cli/explain";
import { fleet } from "./fleet";

/** Every code that is written in the sources of checks and causes. */
function codesInSources(): string[] {
  return ["checks", "doctor"].flatMap((folder) => {
    const path = join(__dirname, "../../src", folder);
    const files = readdirSync(path, { recursive: true, encoding: "utf8" });
    return files
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(path, name), "utf8"))
      .flatMap((text) =>
        [...text.matchAll(/\bcode: "(Z[A-Z]\d{3})",/g)].map(([, code = ""]) => code),
      );
  });
}

describe("explain", function () {
  this.timeout(30_000);

  it("knows every code that is written anywhere, once", () => {
    const known = explanations().map(({ code }) => code);
    assert.deepEqual([...new Set(known)], known);
    assert.deepEqual([...known].sort(), codesInSources().sort());
  });

  it("says of every code what holds or is wrong, and what to do", () => {
    for (const { code, title, hint, why = "." } of explanations()) {
      assert.match(code, /^Z[FD]\d{3}$/);
      assert.ok(title.length > 5 && !title.endsWith("."), `${code}: ${title}`);
      for (const text of [hint, why]) assert.match(text, /[.?]$/, code);
    }
  });

  it("tells a code whole, lists all, and ends with 2 for one that is none", async () => {
    const [one, all, none] = await Promise.all([
      fleet(["explain", "zd205"]),
      fleet(["explain"]),
      fleet(["explain", "ZD2O5"]),
    ]);
    assert.match(one.stdout, /^ZD205 {2}the pull secret holds an account.*\n\n.*\n\n→ /);
    assert.equal(all.stdout.trim().split("\n").length, explanations().length);
    assert.match(none.stderr, /did you mean ZD205\?/);
    assert.deepEqual([one.code, all.code, none.code], [0, 0, 2]);
  });
});
