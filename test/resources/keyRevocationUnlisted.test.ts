import assert from "node:assert/strict";
import type { RevocationRuns, Wanted } from "../support/revocationRuns";
import { ci, everyone, fleet, useRevocations, without } from "../support/useRevocations";

describe("API keys that cannot be listed at once", () => {
  const { zot, said, stack: deployed } = useRevocations();
  let stack: RevocationRuns;
  beforeEach(() => {
    stack = deployed();
  });

  const fails = (events: Parameters<RevocationRuns["deploy"]>[0], words: RegExp) =>
    assert.rejects(stack.deploy(events), words);
  const line = (entry: string): Wanted => ({
    accounts: [{ username: "admin" }, ci, fleet],
    lines: { admin: entry },
  });

  describe("of an account whose password is not known", () => {
    it("keeps its name where it goes, and takes its keys then", async () => {
      stack.wanted = line("L1");
      await stack.up();
      zot().make("admin", "old");
      stack.wanted = { accounts: [ci, fleet] };
      await stack.up();
      assert.deepEqual(zot().of("admin"), []);
      assert.deepEqual(stack.end?.owed, []);
    });

    it("takes them with a key of its own where the password is known no more", async () => {
      zot().make("admin", "old");
      stack.wanted = line("L1");
      await stack.up({
        between: () => zot().make("admin", "by whoever holds the leaked password"),
      });
      assert.deepEqual(zot().of("admin"), []);
      assert.deepEqual(stack.end?.owed, []);
    });

    it("owes them where somebody took that key away", async () => {
      stack.wanted = line("L1");
      await stack.up({
        between: () => {
          const [own] = zot().of("admin");
          zot().remove(own?.id ?? "");
          zot().make("admin", "by whoever holds the leaked password");
        },
      });
      assert.deepEqual(stack.end?.owed, ["admin"]);
    });

    it("waits for an answer before the password is known no more, or goes on where that is asked for", async () => {
      zot().fault = () => 503;
      stack.wanted = line("L1");
      await fails({}, /only the password line of admin is known.*503.*\n.*Nothing has changed/);
      assert.deepEqual(stack.gate?.accounts, everyone);
      stack.wanted.revoke = false;
      await stack.deploy({});
      assert.deepEqual(stack.end?.owed, ["admin"]);
    });

    it("says before a line follows a line that keys stay, warns until a password is given, and takes them then", async () => {
      stack.wanted = line("L1");
      await stack.up();
      const old = zot().make("admin", "made with L1");
      said.length = 0;
      stack.wanted = line("L2");
      assert.deepEqual(await stack.previews(), ["key-revocation-end"]);
      assert.match(
        said.join("\n"),
        /the password line of admin changes.*give the password of admin itself/,
      );
      await stack.up();
      assert.equal(zot().signsIn(old), 200);
      assert.deepEqual(stack.end?.owed, ["admin"]);
      stack.wanted = { ...line("L2"), accounts: [{ username: "admin" }, fleet] };
      await stack.up();
      assert.deepEqual(stack.end.owed, ["admin"]);
      stack.wanted = { accounts: [{ username: "admin", password: "behind L2" }, fleet] };
      await stack.up();
      assert.equal(zot().signsIn(old), 401);
      assert.deepEqual(stack.end.owed, []);
    });
  });

  describe("where API keys are turned off", () => {
    it("takes all before, and again what comes to life when they are turned on", async () => {
      zot().make("admin", "old");
      stack.wanted = { accounts: everyone, enabled: false };
      await stack.up({
        between: () => everyone.map(({ username }) => zot().make(username, "late")),
      });
      assert.equal(zot().keys.length, 3);
      stack.wanted = { accounts: without("ci-1"), enabled: false };
      await stack.up();
      stack.wanted = { accounts: without("ci-1") };
      await stack.up();
      assert.deepEqual(zot().keys, []);
      assert.deepEqual(stack.end?.owed, []);
    });

    it("keeps nothing and asks nothing where they never were", async () => {
      stack.gate = undefined;
      stack.wanted = { accounts: everyone, enabled: false };
      await stack.up();
      const asked = zot().asked.length;
      stack.wanted = { accounts: without("ci-1"), enabled: false };
      await stack.up();
      assert.deepEqual(stack.gate, { ...stack.inputs() });
      assert.equal(zot().asked.length, asked);
    });
  });

  describe("over the state of a version that knew one step", () => {
    it("changes nothing, and asks nothing", async () => {
      stack.gate = { ...stack.inputs() };
      stack.end = undefined;
      const asked = zot().asked.length;
      await stack.up();
      assert.equal(zot().asked.length, asked);
      assert.deepEqual(stack.end, { ...stack.endInputs(), owed: [] });
    });

    it("goes on to owe what was owed, and takes it when the accounts change", async () => {
      stack.gate = { ...stack.inputs(), unrevoked: ["ci-0"] };
      stack.end = undefined;
      const old = zot().make("ci-0", "old");
      await stack.up();
      assert.deepEqual(stack.end, { ...stack.endInputs(), owed: ["ci-0"] });
      stack.wanted = { ...stack.wanted, revoke: false };
      await stack.up();
      assert.deepEqual(stack.end, { ...stack.endInputs(), owed: ["ci-0"] });
      stack.wanted = { accounts: without("ci-1") };
      await stack.up();
      assert.equal(zot().signsIn(old), 401);
      assert.deepEqual(stack.kept, ["ci-1", "ci-0"]);
      assert.deepEqual(stack.end, { ...stack.endInputs(), owed: [] });
    });

    it("takes what an update that begins with it owes, though its second step is new", async () => {
      stack.gate = { ...stack.inputs() };
      stack.end = undefined;
      stack.wanted = { accounts: without("ci-1") };
      await stack.up({ between: () => zot().make("ci-1", "by a robot") });
      assert.deepEqual(zot().keys, []);
    });
  });
});
