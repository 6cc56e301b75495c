import assert from "node:assert/strict";
import { declare, revealed, stackOf, type Declared } from "../support/deployment";

const line = "admin:$2y$05$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde";
const keys = stackOf("accra").apiKeys;

const kept = {
  username: "ci-0",
  password: "of the state",
  entry: "ci-0:$2b$10$abcdefghijklmnopqrstuuF8PVCWuYGSGDVm2VbkqSFCPWvRcYDPq",
  changes: 1,
};

/** What the state holds of the first step: one account that went, whose name is kept. */
const withKeptName = {
  held: (type: string) =>
    type.endsWith(":KeyRevocation") ? { accounts: [kept], unrevoked: null } : {},
};

const named = (resources: readonly Declared[], name: string) => {
  const found = resources.find((resource) => resource.name === name);
  return found && (revealed(found.inputs) as Record<string, unknown>);
};
const fileIn = (resources: readonly Declared[]) => {
  const { htpasswd = "" } = named(resources, "zot-secret")?.["data"] as Record<string, string>;
  return Buffer.from(htpasswd, "base64").toString();
};

describe("the names that are kept of accounts that have gone", () => {
  it("stand in the accounts' file, behind all others, and nowhere among the rights", async () => {
    const config = stackOf("lisbon");
    const before = await declare(config, false);
    const after = await declare(config, false, withKeptName);
    assert.equal(fileIn(after.resources), `${fileIn(before.resources)}${kept.entry}\n`);
    const release = JSON.stringify(named(after.resources, "zot"));
    assert.doesNotMatch(release, /ci-0|of the state/);
  });

  it("are handed to the second step with all that opens them, and with the lines that are given", async () => {
    const config = { ...stackOf("lisbon"), apiKeys: keys, adminPassword: line };
    const { resources } = await declare(config, false, withKeptName);
    const end = named(resources, "key-revocation-end") as {
      accounts: { username: string }[];
      lines: { username: string; entry: string }[];
      owed: string[];
      revoke: boolean;
    };
    assert.deepEqual(end.accounts.at(-1), kept);
    assert.deepEqual(
      end.lines.map(({ username }) => username),
      ["admin"],
    );
    assert.deepEqual([end.owed, end.revoke], [[], true]);
  });

  it("need no second step where the registry takes no keys", async () => {
    const { resources } = await declare(stackOf("lisbon"), false);
    assert.equal(named(resources, "key-revocation-end"), undefined);
  });
});
