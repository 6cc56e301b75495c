import assert from "node:assert/strict";
import type { Check, Finding } from "../../src/checks/check";
import { failed, late, passed } from "../../src/checks/outcomes";
import { registryChecks } from "../../src/checks/allChecks";
import { runChecks, type RunOptions } from "../../src/checks/runChecks";
import { RegistryError } from "../../src/registry/errors";

const nothing = { accounts: [], retired: [], images: [] };

/** A check whose looks find these, one after the other; the last one again and again. */
function scripted(code: string, finds: (Finding | Error)[], more: Partial<Check> = {}) {
  const seen = { looks: 0 };
  const check: Check = {
    code,
    title: code,
    hint: `hint of ${code}`,
    ...more,
    run() {
      const found = finds[Math.min(seen.looks++, finds.length - 1)];
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found ?? []);
    },
  };
  return { check, seen };
}

async function statuses(checks: Check[], options: RunOptions = {}): Promise<string[]> {
  const results = await runChecks(checks, { url: "http://127.0.0.1:1" }, nothing, options);
  return results.map(({ code, status }) => `${code} ${status}`);
}

const requestError = (reason: "unreachable" | "answer" | "status", status?: number) =>
  new RegistryError("told", { method: "GET", path: "/", reason, ...(status ? { status } : {}) });

describe("runChecks", () => {
  const gate = scripted("ZF101", [passed("there")]).check;

  it("looks again at what may lag, and takes what it then finds", async () => {
    const { check, seen } = scripted("ZF900", [late("not yet"), passed("now")], { lag: 5000 });
    assert.deepEqual(await statuses([gate, check]), ["ZF101 passed", "ZF900 passed"]);
    assert.equal(seen.looks, 2);
  });

  it("never looks again at what is wrong", async () => {
    for (const found of [
      failed("wrong"),
      requestError("answer"),
      requestError("status", 401),
      requestError("status", 403),
    ]) {
      const { check, seen } = scripted("ZF900", [found, passed("now")], { lag: 5000 });
      assert.deepEqual(await statuses([gate, check]), ["ZF101 passed", "ZF900 failed"]);
      assert.equal(seen.looks, 1);
    }
  });

  it("looks again where there is no connection, or a server that cannot serve just now", async () => {
    for (const error of [requestError("unreachable"), requestError("status", 503)]) {
      const { check } = scripted("ZF900", [error, passed("now")], { lag: 5000 });
      assert.deepEqual(await statuses([gate, check]), ["ZF101 passed", "ZF900 passed"]);
    }
  });

  it("is as patient as it is told to be, and no check is longer than its lag", async () => {
    const { check, seen } = scripted("ZF900", [late("not yet")], { lag: 5000 });
    await statuses([gate, check], { patienceMs: 0 });
    assert.equal(seen.looks, 1);
    const brief = scripted("ZF900", [late("not yet")], { lag: 150 });
    await statuses([gate, brief.check], { patienceMs: 60_000 });
    assert.equal(brief.seen.looks, 2);
  });

  it("skips all but what is below HTTP where the registry does not answer", async () => {
    const dead = scripted("ZF101", [failed("dead")]).check;
    const usual = scripted("ZF900", [passed("seen")]);
    const below = scripted("ZF901", [passed("seen")], { below: true });
    const found = await statuses([dead, usual.check, below.check]);
    assert.deepEqual(found, ["ZF101 failed", "ZF900 skipped", "ZF901 passed"]);
    assert.equal(usual.seen.looks, 0);
  });

  it("runs only what is asked for, and tells the first where it fails", async () => {
    const one = scripted("ZF900", [passed("seen")]).check;
    const two = scripted("ZF901", [passed("seen")]).check;
    const only = new Set(["ZF901"]);
    assert.deepEqual(await statuses([gate, one, two], { only }), ["ZF901 passed"]);
    const dead = scripted("ZF101", [failed("dead")]).check;
    const found = await statuses([dead, one, two], { only });
    assert.deepEqual(found, ["ZF101 failed", "ZF901 skipped"]);
  });

  it("lets a bug be a bug", async () => {
    const { check } = scripted("ZF900", [new TypeError("a bug")]);
    await assert.rejects(statuses([gate, check]), TypeError);
  });
});

describe("the checks of a registry", () => {
  it("have a code of their own each, a claim for a title, and a hint that is a sentence", () => {
    const codes = registryChecks.map(({ code }) => code);
    assert.deepEqual([...new Set(codes)], codes);
    for (const { code, title, hint } of registryChecks) {
      assert.match(code, /^ZF[1-468]\d\d$/);
      assert.match(title, /^[a-z].*[^.]$/);
      assert.match(hint, /^[A-Z].*[.?]$/s);
    }
  });
});
