import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { filesHolding, spellings } from "../support/findText";
import { eachLocalRegistry } from "../support/localSuite";

const checkout = resolve(__dirname, "../..");

eachLocalRegistry("the admin's password", ({ folder, run, runs }) => {
  const started = Date.now();
  const [first, second] = [`canary-ä-${"1".repeat(24)}`, `canary-ö-${"2".repeat(24)}`];
  const given = (password: string) => run(["--admin-password-stdin"], { input: `${password}\n` });

  it("is taken from standard input, and rotates to another: the old one is refused", async () => {
    assert.equal((await given(first)).code, 0);
    const { code, report } = await given(second);
    assert.equal(code, 0);
    assert.equal(report().changes.update, 2, "the account and the verification");
    const refused = report().results.filter((result) => result.code === "ZF204");
    assert.deepEqual(
      refused.map(({ status }) => status),
      ["passed"],
    );
    const { changes } = (await run()).report();
    assert.deepEqual(changes, { create: 0, update: 0, delete: 0, same: 5 });
    assert.equal((await run(["--show-password"])).stdout, `${second}\n`);
  });

  it("stays out of output, state, command lines and files elsewhere", () => {
    const texts = [first, second].flatMap((secret) => spellings(secret, "admin"));
    // The last run was asked for it.
    for (const { stdout, stderr, commandLines } of runs.slice(0, -1)) {
      for (const text of texts) {
        assert.ok(!stdout.includes(text) && !stderr.includes(text));
        const latin1 = Buffer.from(text).toString("latin1");
        for (const line of commandLines) assert.ok(!line.includes(latin1));
      }
    }
    assert.ok(
      runs.some(({ commandLines }) => [...commandLines].some((line) => line.includes("skopeo"))),
    );
    assert.deepEqual(filesHolding(texts, join(folder, "state"), 0), []);
    const elsewhere = [tmpdir(), homedir(), checkout, "/var/tmp"].filter(existsSync);
    const skipped = [folder, join(checkout, "node_modules"), join(checkout, "test")];
    for (const place of elsewhere)
      assert.deepEqual(filesHolding(texts, place, started, skipped), []);
    // The search itself must be able to find: the one place where the password may lie.
    assert.ok(filesHolding(spellings(second, "admin"), folder, 0).length > 0);
  });
});
