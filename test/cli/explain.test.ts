import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { explanations } from "../../src/cli/explain";
import { fleet } from "./fleet";

/** Every text in the sources, wherever it stands and however its lines are broken; comments are none. */
function textsInSources(): string[] {
  const root = join(__dirname, "../../src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  return files
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => textsIn(readFileSync(join(root, name), "utf8")));
}

function textsIn(source: string): string[] {
  // Most files name none, and need no parsing.
  if (!/Z[A-Z]\d{3}/.test(source)) return [];
  const texts: string[] = [];
  const visit = (node: ts.Node) => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    )
      texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest));
  return texts;
}

describe("explain", function () {
  it("knows every code that is written anywhere, which is written once", () => {
    const known = explanations().map(({ code }) => code);
    const texts = textsInSources();
    // A check or a cause that is in no list has a code that nothing here knows.
    const codes = texts.filter((text) => /^Z[A-Z]\d{3}$/.test(text));
    assert.deepEqual([...known].sort(), codes.sort());
    assert.deepEqual([...new Set(codes)], codes);
    const named = texts.flatMap((text) => text.match(/\bZ[FD]\d{3}\b/g) ?? []);
    assert.deepEqual(
      named.filter((code) => !known.includes(code)),
      [],
    );
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
