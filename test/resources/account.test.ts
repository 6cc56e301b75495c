import assert from "node:assert/strict";
import { account } from "../../src/resources/account";
import { verifyPassword } from "../../src/zot/credentials";

const entry = "admin:$2y$05$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde";

async function opens(line: string, password: string): Promise<boolean> {
  return verifyPassword(password, line.slice(line.indexOf(":") + 1));
}

describe("an account", () => {
  it("hashes the password that is given", async () => {
    const { outs } = await account.provider.create({ username: "admin", password: "secret" });
    assert.equal(outs.plainPassword, "secret");
    assert.ok(outs.entry.startsWith("admin:$2"));
    assert.ok(await opens(outs.entry, "secret"));
    assert.ok(!(await opens(outs.entry, "Secret")));
  });

  it("generates a password where none is given, another one each time", async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(() => account.provider.create({ username: "fleet" })),
    );
    assert.ok((one?.outs.plainPassword?.length ?? 0) >= 32);
    assert.notEqual(one?.outs.plainPassword, two?.outs.plainPassword);
    assert.ok(await opens(one?.outs.entry ?? "", one?.outs.plainPassword ?? ""));
  });

  it("generates another password when it is renewed, once, also of a state that knows of no renewal", async () => {
    const fleet = { username: "fleet" };
    const { id, outs } = await account.provider.create(fleet);
    const changes = async (state: typeof outs, renewal: number | string) =>
      (await account.provider.diff(id, state, { ...fleet, renewal })).changes;
    assert.deepEqual(
      [await changes(outs, 1), await changes(outs, 2), await changes(outs, "x")],
      [false, true, true],
    );
    const { outs: next } = await account.provider.update(id, outs, { ...fleet, renewal: 2 });
    assert.notEqual(next.plainPassword, outs.plainPassword);
    assert.ok(await opens(next.entry, next.plainPassword ?? ""));
    assert.deepEqual([await changes(next, 2), await changes(next, 1)], [false, true]);
  });

  it("takes a ready htpasswd entry as it is", async () => {
    const { outs } = await account.provider.create({ username: "admin", password: entry });
    assert.equal(outs.entry, entry);
    assert.equal(outs.plainPassword, undefined);
  });

  it("keeps its line where the password that is given is the one behind it, and no other", async () => {
    const { outs } = await account.provider.create({ username: "admin", password: "secret" });
    const line = { username: "admin", password: outs.entry, entry: outs.entry };
    const next = async (password: string) =>
      (await account.provider.update("admin", line, { username: "admin", password })).outs;
    assert.deepEqual(await next("secret"), outs);
    const { entry: other } = await next("Secret");
    assert.notEqual(other, outs.entry);
    assert.ok(await opens(other, "Secret"));
    assert.equal((await next(entry)).entry, entry);
  });

  it("changes with its password and with nothing else", async () => {
    const { outs } = await account.provider.create({ username: "admin", password: "one" });
    assert.equal(
      (await account.provider.diff("admin", outs, { username: "admin", password: "one" })).changes,
      false,
    );
    assert.equal(
      (await account.provider.diff("admin", outs, { username: "admin", password: "two" })).changes,
      true,
    );
    const { outs: generated } = await account.provider.create({ username: "fleet" });
    assert.equal(
      (await account.provider.diff("fleet", generated, { username: "fleet" })).changes,
      false,
    );
  });

  it("is another one under another name", async () => {
    const { outs } = await account.provider.create({ username: "admin", password: "one" });
    const diff = await account.provider.diff("admin", outs, { username: "root", password: "one" });
    assert.deepEqual(diff, { changes: true, replaces: ["username"] });
  });

  const refused: [string, { username: string; password?: string }][] = [
    ["an empty password", { username: "admin", password: "" }],
    ["a password over 72 bytes", { username: "admin", password: "ü".repeat(37) }],
    ["a user with a colon", { username: "ad:min" }],
    ["a user with a control character", { username: "ad\nmin" }],
    ["another user's htpasswd entry", { username: "root", password: entry }],
  ];
  for (const [what, inputs] of refused) {
    it(`refuses ${what}, and does not repeat it`, async () => {
      const { failures } = await account.provider.check(inputs, inputs);
      assert.equal(failures.length, 1);
      if (inputs.password) assert.ok(!JSON.stringify(failures).includes(inputs.password));
    });
  }
});
