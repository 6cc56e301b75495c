import assert from "node:assert/strict";
import { isTagPattern, tagExpression, tagPatternRule } from "../../../src/zot/retention/tagPattern";

const matches = (pattern: string, tag: string) => new RegExp(tagExpression(pattern)).test(tag);

describe("a pattern of tags", () => {
  it("matches whole tags", () => {
    assert.ok(matches("v1", "v1"));
    for (const other of ["dev1", "v10", "v1-arm64"]) assert.ok(!matches("v1", other), other);
  });

  it("knows *, ? and sets, and takes a dot for a dot", () => {
    assert.ok(matches("*", "latest") && matches("v*", "v") && matches("pr-?", "pr-1"));
    assert.ok(matches("[0-9]*.[0-9]", "12.4") && matches("[a-f0-9]?", "c1"));
    for (const [pattern, tag] of [
      ["1.0", "1x0"],
      ["pr-?", "pr-22"],
      ["[0-9]", "a"],
      ["v*", "dev"],
    ] as const)
      assert.ok(!matches(pattern, tag), `${pattern} ${tag}`);
  });

  it("is no regular expression", () => {
    for (const text of ["", "^v", "v$", "v.+", "(a|b)", "[^a]", "[", "[]", "[9-0]", "[a-9]", "a b"])
      assert.ok(!isTagPattern(text), text);
    for (const text of ["*", "v*", "1.0", "[0-9a-f]*", "A-b_c"])
      assert.ok(isTagPattern(text), text);
  });

  it("has ranges of one kind, in their order, one of a single character included", () => {
    for (const text of [
      "[0-0]",
      "[a-f]",
      "[A-F]",
      "[a-cx-z]",
      "[abc]",
      "[0-9a-fA-F]",
      "9-0",
      "a-Z",
    ])
      assert.ok(isTagPattern(text), text);
    for (const text of ["[0-a]", "[a-Z]", "[A-z]", "[Z-A]", "[f-a]", "[0-93-1]", "v[0-9]-[5-1]"])
      assert.ok(!isTagPattern(text), text);
  });

  it("is told with an example of each", () => {
    assert.match(tagPatternRule, /\* .*\? .*\[0-9\] .*v\*$/);
  });
});
