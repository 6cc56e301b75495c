import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { filesHolding } from "../support/findText";
import { eachLocalRegistry } from "../support/localSuite";
import { SecretSearch } from "../support/secretSearch";

const checkout = resolve(__dirname, "../..");

eachLocalRegistry("the admin's password", ({ folder, run, runs }) => {
  const started = Date.now();
  // Of this run alone: what another run leaves would be found as well.
  const canary = (letter: string) => `canary-${letter}-${randomBytes(12).toString("hex")}`;
  const [first, second] = [canary("ä"), canary("ö")];
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
    const search = new SecretSearch({ first, second });
    // The last run was asked for it.
    for (const { stdout, stderr, calls } of runs.slice(0, -1))
      assert.deepEqual(search.in([stdout, stderr, ...calls].join("\n")), []);
    for (const tool of ["pulumi ", "skopeo "])
      assert.ok(runs.some(({ calls }) => calls.some((call) => call.startsWith(tool))));
    assert.deepEqual(filesHolding(search, join(folder, "state"), 0), []);
    const elsewhere = [tmpdir(), homedir(), checkout, "/var/tmp"].filter(existsSync);
    const skipped = [folder, join(checkout, "node_modules")];
    for (const place of elsewhere)
      assert.deepEqual(filesHolding(search, place, started, skipped), []);
    // The search itself must be able to find: the one place where the password may lie.
    assert.ok(filesHolding([second], folder, 0).length > 0);
  });
});
