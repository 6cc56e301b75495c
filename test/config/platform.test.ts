import assert from "node:assert/strict";
import {
  canonicalPlatform,
  commonPlatforms,
  isCanonicalPlatform,
  platformPattern,
} from "../../src/config/platform";

describe("a platform of the stack file", () => {
  for (const text of [
    "linux/amd64",
    "linux/arm64",
    "linux/arm/v5",
    "linux/arm/v6",
    "linux/arm/v7",
    "linux/386",
    "linux/loong64",
    "linux/mips64le",
    "linux/ppc64le",
    "linux/riscv64",
    "linux/s390x",
    "windows/amd64",
    "freebsd/arm64",
  ])
    it(`is ${text}`, () => {
      assert.equal(isCanonicalPlatform(text), true);
      assert.equal(canonicalPlatform(text), text);
    });

  const wrong: [text: string, usual: string | undefined][] = [
    ["linux/aarch64", "linux/arm64"],
    ["linux/arm64/v8", "linux/arm64"],
    ["linux/x86_64", "linux/amd64"],
    ["/amd64", undefined],
    ["darwin/arm64", undefined],
    ["linux/sparc", undefined],
    ["linux", undefined],
    ["", undefined],
    [" linux/amd64", undefined],
    ["linux/amd64/more/parts", undefined],
  ];
  for (const [text, usual] of wrong)
    it(`is not "${text}", for which ${usual ?? "nothing"} is written`, () => {
      assert.equal(isCanonicalPlatform(text), false);
      assert.equal(canonicalPlatform(text), usual);
    });

  it("may be suggested where it is one, each once", () => {
    assert.deepEqual(
      commonPlatforms.filter((each) => !isCanonicalPlatform(each)),
      [],
    );
    assert.equal(new Set(commonPlatforms).size, commonPlatforms.length);
    for (const each of ["linux/amd64", "linux/arm64", "linux/arm/v7", "windows/amd64"])
      assert.ok(commonPlatforms.includes(each), each);
    assert.ok(!commonPlatforms.includes("linux/arm"), "has variants, and means v7");
  });

  it("is found by the pattern of editors, from its beginning to its end", () => {
    assert.match("linux/arm/v7", platformPattern);
    assert.doesNotMatch("a linux/arm64", platformPattern);
    assert.doesNotMatch("linux/arm64 b", platformPattern);
  });
});
