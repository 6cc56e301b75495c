import assert from "node:assert/strict";
import fc from "fast-check";
import {
  htpasswdFile,
  HtpasswdError,
  isBcryptHash,
  isHtpasswdEntry,
  looksLikeHtpasswd,
  parseHtpasswdLine,
  validatePassword,
  validateUsername,
} from "../../src/zot/htpasswd";

const rest = "9suuUie.nSDjvKRvHmNlEuUhnsMxdnHn/vToalDPI6LJTIB8zyGYu";
const hash = `$2y$10$${rest}`;

const usernames = fc
  .string({ unit: "binary", minLength: 1, maxLength: 40 })
  .filter((name) => validateUsername(name) === undefined);
const hashes = fc
  .tuple(
    fc.constantFrom("a", "b", "y"),
    fc.integer({ min: 4, max: 31 }),
    fc.stringMatching(/^[./A-Za-z0-9]{53}$/),
  )
  .map(([v, cost, tail]) => `$2${v}$${String(cost).padStart(2, "0")}$${tail}`);

describe("htpasswd", () => {
  describe("a bcrypt hash", () => {
    for (const good of [hash, `$2a$04$${rest}`, `$2b$31$${rest}`])
      it(`is ${good.slice(0, 7)} and 53 more`, () => {
        assert.ok(isBcryptHash(good));
      });

    for (const [why, bad] of [
      ["a character short", hash.slice(0, -1)],
      ["a character long", `${hash}x`],
      ["a cost of 3", `$2y$03$${rest}`],
      ["a cost of 32", `$2y$32$${rest}`],
      ["a cost of one digit", `$2y$5$${rest}`],
      ["$2x$", `$2x$10$${rest}`],
      ["$2$", `$2$10$${rest}`],
      ["a letter that bcrypt's base64 lacks", `${hash.slice(0, -1)}+`],
      ["a line break behind it", `${hash}\n`],
      ["SHA-512", "$6$rounds=5000$abc$def"],
      ["Apache MD5", "$apr1$abc$def"],
      ["nothing", ""],
    ] as const)
      it(`is not ${why}`, () => {
        assert.ok(!isBcryptHash(bad));
        assert.ok(!isHtpasswdEntry(`admin:${bad}`));
      });
  });

  it("keeps a ready line as it is", () => {
    assert.deepEqual(parseHtpasswdLine(`admin:${hash}`), { username: "admin", hash });
  });

  for (const line of ["", "admin", `:${hash}`, `a:b:${hash}`, `admin: ${hash}`, `admin:${hash}\n`])
    it(`refuses ${JSON.stringify(line.replace(rest, "…"))} and does not repeat it`, () => {
      assert.ok(!isHtpasswdEntry(line));
      assert.throws(
        () => parseHtpasswdLine(line),
        (error) => error instanceof HtpasswdError && !error.message.includes(rest),
      );
    });

  it("writes a line an account, in the order given", () => {
    const file = htpasswdFile([
      { username: "zoe", hash },
      { username: "admin", hash },
    ]);
    assert.equal(file, `zoe:${hash}\nadmin:${hash}\n`);
    assert.equal(htpasswdFile([]), "");
  });

  it("refuses a user twice, because Zot would keep the last and say nothing", () => {
    const twice = { username: "admin", hash };
    assert.throws(() => htpasswdFile([twice, twice]), /"admin" stands in the htpasswd file twice/);
  });

  it("refuses an entry that would make another line", () => {
    assert.throws(() => htpasswdFile([{ username: `x:y\nroot`, hash }]), HtpasswdError);
    assert.throws(
      () => htpasswdFile([{ username: "x", hash: `${hash}\nroot:${hash}` }]),
      HtpasswdError,
    );
  });

  it("reads back every file that it writes", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.record({ username: usernames, hash: hashes }, { noNullPrototype: true }),
          {
            selector: (entry) => entry.username,
          },
        ),
        (entries) => {
          const lines = htpasswdFile(entries).split("\n").slice(0, -1);
          assert.deepEqual(lines.map(parseHtpasswdLine), entries);
        },
      ),
    );
  });

  it("has no text for which the two ways to ask differ", () => {
    fc.assert(
      fc.property(fc.string(), hashes, (name, anyHash) => {
        assert.equal(isHtpasswdEntry(`${name}:${anyHash}`), validateUsername(name) === undefined);
      }),
    );
  });

  describe("a user name", () => {
    for (const good of ["admin", "fleet", "puller-3", "ci@example.com", "Zoë", "a b"])
      it(`may be ${good}`, () => {
        assert.equal(validateUsername(good), undefined);
      });

    for (const bad of ["", "a:b", "a\nb", "a\tb", "\u007f", " a", "a ", "#admin", "\ud800"])
      it(`may not be ${JSON.stringify(bad)}`, () => {
        assert.match(validateUsername(bad) ?? "", /^a user name /);
      });
  });

  describe("a password", () => {
    for (const [what, good] of [
      ["of one character", "x"],
      ["of 72 bytes", "x".repeat(72)],
      ["of 36 two-byte letters", "é".repeat(36)],
      ["with spaces and colons", " a:b "],
    ] as const)
      it(`may be one ${what}`, () => {
        assert.equal(validatePassword(good), undefined);
      });

    for (const [what, bad, rule] of [
      ["empty", "", /not empty/],
      ["of 73 bytes", "x".repeat(73), /72 bytes/],
      ["of 37 two-byte letters", "é".repeat(37), /72 bytes/],
      ["with a line break at its end", "secret\n", /line break/],
      ["with a NUL", "a\0b", /control character/],
      ["with half a character", "a\udc00", /control character/],
    ] as const)
      it(`may not be one ${what}`, () => {
        assert.match(validatePassword(bad) ?? "", rule);
      });
  });

  it("knows what was meant as a line or a hash", () => {
    for (const text of [
      `admin:${hash}`,
      hash,
      "admin:$2y$10$short",
      "admin:$apr1$x$y",
      "admin:{SHA}abc=",
      "admin:$6$x$y",
    ])
      assert.ok(looksLikeHtpasswd(text), text);
    for (const text of ["hunter2", "a:b", "pay $2 now", "$20:00", "x:$ecret"])
      assert.ok(!looksLikeHtpasswd(text), text);
  });
});
