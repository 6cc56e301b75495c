import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { generatePassword, hashPassword, verifyPassword } from "../../src/zot/credentials";
import {
  htpasswdFile,
  HtpasswdError,
  isBcryptHash,
  validatePassword,
} from "../../src/zot/htpasswd";
import { skipWithout } from "../support/skip";
import { runsOf } from "../support/random";

/** The least that bcrypt allows: these tests are about right and wrong, not about strength. */
const cheap = 4;

describe("credentials", () => {
  it("hashes at cost 10, for $2b$", async () => {
    const hash = await hashPassword("correct horse");
    assert.match(hash, /^\$2b\$10\$/);
    assert.ok(isBcryptHash(hash));
  });

  it("knows the password behind a hash, and no other", async () => {
    const hash = await hashPassword("correct horse", cheap);
    assert.ok(await verifyPassword("correct horse", hash));
    assert.ok(!(await verifyPassword("correct horsf", hash)));
    assert.ok(!(await verifyPassword("", hash)));
  });

  it("reads $2a$ and $2y$ like $2b$", async () => {
    const tail = (await hashPassword("correct horse", cheap)).slice(4);
    for (const version of ["$2a$", "$2b$", "$2y$"])
      assert.ok(await verifyPassword("correct horse", version + tail), version);
  });

  it("says no, not an error, to a malformed hash", async () => {
    for (const hash of ["", "nope", "$2y$10$short", "$6$x$y"])
      assert.ok(!(await verifyPassword("x", hash)));
  });

  it("never lets bcrypt cut a password short", async () => {
    const hash = await hashPassword("x".repeat(72), cheap);
    assert.ok(!(await verifyPassword("x".repeat(73), hash)));
    await assert.rejects(
      hashPassword("canary".repeat(13), cheap),
      (error) => error instanceof HtpasswdError && !error.message.includes("canary"),
    );
  });

  it("refuses a cost that bcrypt does not have", async () => {
    for (const cost of [3, 32, 10.5, Number.NaN])
      await assert.rejects(hashPassword("x", cost), RangeError);
  });

  it("verifies what it hashed, whatever the password", async () => {
    const passwords = fc
      .string({ unit: "binary", minLength: 1, maxLength: 18 })
      .filter((password) => validatePassword(password) === undefined);
    await fc.assert(
      fc.asyncProperty(passwords, async (password) =>
        verifyPassword(password, await hashPassword(password, cheap)),
      ),
      { numRuns: runsOf(30) },
    );
  });

  it("generates 32 characters that are safe in a URL, and others every time", () => {
    const made = Array.from({ length: 200 }, generatePassword);
    for (const password of made) {
      assert.match(password, /^[A-Za-z0-9_-]{32}$/);
      assert.equal(validatePassword(password), undefined);
    }
    assert.equal(new Set(made).size, made.length);
  });

  it("agrees with Apache's htpasswd, both ways", async function () {
    const apache = skipWithout("htpasswd", this);
    const password = "correct hörse";
    const folder = mkdtempSync(join(tmpdir(), "htpasswd-"));
    try {
      const file = join(folder, "htpasswd");
      const hash = await hashPassword(password, cheap);
      writeFileSync(file, htpasswdFile([{ username: "admin", hash }]));
      assert.equal(spawnSync(apache, ["-vb", file, "admin", password]).status, 0);
      assert.notEqual(spawnSync(apache, ["-vb", file, "admin", "other"]).status, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const theirs = spawnSync(apache, ["-nbBC", "5", "admin", password], { encoding: "utf8" });
    assert.ok(await verifyPassword(password, theirs.stdout.trim().slice("admin:".length)));
  });
});
