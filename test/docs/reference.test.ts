import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { stackSchema } from "../../src/config/stack";
import { generatedFiles } from "../../src/docs/pages";

describe("generated files", function () {
  this.timeout(120_000);
  let files: Map<string, string>;

  before(async () => {
    files = await generatedFiles();
  });

  it("are current (npm run docs writes them)", () => {
    for (const [path, text] of files)
      assert.equal(readFileSync(resolve(__dirname, "../..", path), "utf8"), text, path);
  });

  it("have a section with a default for every top-level key of the stack file", () => {
    const sections = (files.get("docs/reference/stack-file.md") ?? "").split(/^## /m).slice(1);
    assert.deepEqual(
      sections.map((section) => section.slice(0, section.indexOf("\n"))),
      Object.keys(stackSchema.shape),
    );
    for (const section of sections) assert.match(section, /^- Default: \S/m, section);
  });

  it("leave no cell of the stack file's keys empty", () => {
    for (const row of (files.get("docs/reference/stack-file.md") ?? "").matchAll(/^\| `.*$/gm))
      assert.doesNotMatch(row[0], /\| +\|/, row[0]);
  });
});
