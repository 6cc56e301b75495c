import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { deploy, openStack, resourcesOf } from "../../src/local/deployment";
import { ensureEngine } from "../../src/local/engine";
import { Account } from "../../src/resources/classes";
import { skipWithout } from "../support/skip";

interface Monitor {
  registerResource: (
    request: { getName: () => string },
    done: (error: Error | null, response?: unknown) => void,
  ) => unknown;
}

/** Loses the connection when the resource of a name is declared; the engine lives on. */
function loseCallOf(name: string, code: number): void {
  const monitor = runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    if (request.getName() !== name) return register(request, done);
    setImmediate(() => {
      done(Object.assign(new Error("connection dropped"), { code, details: "connection dropped" }));
    });
    return undefined;
  };
}

describe("a program that loses the connection to its engine", function () {
  this.timeout(240_000);

  let folder = "";
  before(function () {
    skipWithout("pulumi", this);
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-lost-"));
  });
  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, code] of [
    ["CANCELLED", 1],
    ["UNAVAILABLE", 14],
  ] as const)
    it(`fails with ${name}, and nothing is deleted that it could not declare`, async () => {
      let cut = false;
      const program = () => {
        if (cut) loseCallOf("admin", code);
        new Account("admin", { username: "admin" });
        new Account("fleet", { username: "fleet" });
        return Promise.resolve();
      };
      const nothing = () => undefined;
      const quiet = { say: nothing, step: nothing, show: nothing };
      const stack = await openStack(name, program, folder, await ensureEngine(quiet.say));
      assert.equal((await deploy(stack, quiet)).problem, undefined);
      cut = true;
      const { changes, problem } = await deploy(stack, quiet);
      assert.match(problem ?? "", /the connection to Pulumi's engine was lost/);
      assert.equal(changes.delete, 0);
      assert.equal((await resourcesOf(stack)).length, 2);
      cut = false;
      const { changes: again } = await deploy(stack, quiet);
      assert.deepEqual(again, { create: 0, update: 0, delete: 0, same: 2 });
    });
});
