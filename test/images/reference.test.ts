import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatReference,
  isDigest,
  isRepository,
  isTag,
  parseReference,
  parseRepositoryTag,
} from "../../src/images/reference";
import { runsOf } from "../support/random";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("parseReference", () => {
  const examples: [string, ReturnType<typeof parseReference>][] = [
    ["openclaw/openclaw", { repository: "openclaw/openclaw" }],
    ["openclaw:1.0", { repository: "openclaw", tag: "1.0" }],
    [
      `oci.killinit.cc/openclaw/openclaw:tag@${digest}`,
      { registry: "oci.killinit.cc", repository: "openclaw/openclaw", tag: "tag", digest },
    ],
    ["localhost/app", { registry: "localhost", repository: "app" }],
    ["localhost:5000/app:v1", { registry: "localhost:5000", repository: "app", tag: "v1" }],
    ["127.0.0.1:5000/a/b", { registry: "127.0.0.1:5000", repository: "a/b" }],
    ["[::1]:5000/a", { registry: "[::1]:5000", repository: "a" }],
    ["Registry/app", { registry: "Registry", repository: "app" }],
    [`a@${digest}`, { repository: "a", digest }],
    ["a__b/c--d.e", { repository: "a__b/c--d.e" }],
  ];
  for (const [text, expected] of examples) {
    it(`reads ${text.slice(0, 60)}`, () => {
      assert.deepEqual(parseReference(text), expected);
    });
  }

  const wrong: [string, RegExp][] = [
    ["", /"" is not a repository: allowed are lower-case/],
    ["App", /"App" is not a repository/],
    ["a//b", /"a\/\/b" is not a repository/],
    ["/a", /is not a repository/],
    ["a/", /is not a repository/],
    ["../etc", /".." is not a registry in "..\/etc"/],
    ["a___b", /is not a repository/],
    ["a:", /"" is not a tag in "a:": allowed are at most 128/],
    ["a:-x", /"-x" is not a tag/],
    ["a:b c", /"b c" is not a tag/],
    ["a@sha256:12", /"sha256:12" is not a digest in/],
    [`a@${digest.toUpperCase()}`, /is not a digest/],
    [`a@${digest}@${digest}`, /is not a digest/],
    ["ex_ample.com/a", /"ex_ample.com" is not a registry/],
    ["user:pass@host/a", /is not a/],
    ["a".repeat(256), /is not a repository/],
    ["a\nb", /"a\\nb" is not a repository/],
  ];
  for (const [text, message] of wrong) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.throws(() => parseReference(text), message);
    });
  }

  it("reads back whatever it wrote", () => {
    fc.assert(
      fc.property(references, (reference) => {
        assert.deepEqual(parseReference(formatReference(reference)), reference);
      }),
    );
  });

  it("accepts nothing but its grammar, and ends on any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: mostlyValid })), (text) => {
        let parsed;
        try {
          parsed = parseReference(text);
        } catch (error) {
          assert.match(String(error), / is not a (registry|repository|tag|digest)/);
          return;
        }
        assert.equal(formatReference(parsed), text);
        assert.ok(isRepository(parsed.repository));
      }),
      { numRuns: runsOf(1000) },
    );
  });

  it("takes no time over long nonsense", () => {
    const started = Date.now();
    for (const part of ["a-", "a.", "a_", "-", "a/", "a__"]) {
      assert.throws(() => parseReference(`${part.repeat(50_000)}!`));
    }
    assert.ok(Date.now() - started < 500);
  });
});

describe("parseRepositoryTag", () => {
  it("reads repository and tag", () => {
    assert.deepEqual(parseRepositoryTag("repo/name:v1.2"), {
      repository: "repo/name",
      tag: "v1.2",
    });
  });

  it("refuses a missing tag, a registry, a digest", () => {
    assert.throws(() => parseRepositoryTag("repo/name"), /"repo\/name" has no tag: write/);
    assert.throws(() => parseRepositoryTag("host:5000/name"), /has no tag/);
    assert.throws(() => parseRepositoryTag("host:5000/name:v1"), /"host:5000\/name" is not a repo/);
    assert.throws(() => parseRepositoryTag(`name@${digest}`), /"name@sha256" is not a repository/);
  });
});

describe("isRepository, isTag, isDigest", () => {
  it("know their limits", () => {
    assert.ok(isRepository("a".repeat(255)));
    assert.ok(!isRepository("a".repeat(256)));
    assert.ok(isTag(`_${"a".repeat(127)}`));
    assert.ok(!isTag("a".repeat(129)));
    assert.ok(isDigest(`sha512:${"0".repeat(128)}`));
    assert.ok(!isDigest(`sha512:${"0".repeat(64)}`));
    assert.ok(!isDigest(`md5:${"0".repeat(32)}`));
    assert.ok(!isTag("v1\n"));
    assert.ok(!isRepository("a\n"));
    assert.ok(!isDigest(`${digest}\n`));
  });
});

const lower = Array.from("abcxyz0189");
const word = fc.string({ unit: fc.constantFrom(...lower), minLength: 1, maxLength: 8 });
const component = fc
  .tuple(word, fc.array(fc.tuple(fc.constantFrom(".", "_", "__", "-", "---"), word)))
  .map(([first, more]) => first + more.flat().join(""))
  .filter((text) => text.length < 60);
// A first part with a dot, or "localhost", would be a registry.
const repository = fc
  .array(component, { minLength: 1, maxLength: 3 })
  .filter(([first, second]) => second === undefined || first?.includes(".") === false)
  .map((parts) => parts.join("/"));
const registry = fc.constantFrom("example.com", "localhost", "a.b:5000", "127.0.0.1:80", "[::1]:1");
const tag = fc.string({ unit: fc.constantFrom(...lower, "A", "_"), minLength: 1, maxLength: 128 });
const hex = fc.string({
  unit: fc.constantFrom(...Array.from("0123456789abcdef")),
  minLength: 64,
  maxLength: 64,
});
const references = fc.record(
  { registry, repository, tag, digest: hex.map((text) => `sha256:${text}`) },
  { requiredKeys: ["repository"], noNullPrototype: true },
);
const mostlyValid = fc.constantFrom(...Array.from("ab0._-/:@AZ \n[]"));
