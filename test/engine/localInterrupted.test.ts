import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { shown, startLocal } from "../support/localRun";
import { eachLocalRegistry } from "../support/localSuite";

eachLocalRegistry("an interrupted run", ({ kind, folder, run, place }) => {
  it("stops cleanly on the way, and the next one goes on", async () => {
    assert.equal((await run()).code, 0);
    const { child, result } = startLocal([...place(), "--admin-password-stdin"], {
      input: "interrupted-password",
    });
    await shown(child.stdout, "updated Account");
    child.kill("SIGTERM");
    const { code, stdout } = await result;
    assert.equal(code, 1);
    assert.match(stdout, /interrupted; run it again/);
    assert.ok(
      !existsSync(join(folder, "lock.json")) && !existsSync(join(folder, kind, "registry.json")),
    );
    assert.equal((await run()).code, 0);
  });

  it("is gone on with where it was killed in the end", async () => {
    const { child, result } = startLocal([...place(), "--admin-password-stdin"], {
      input: "killed-password",
    });
    await shown(child.stdout, "updated Verification");
    child.kill("SIGKILL");
    await result;
    const next = await run();
    assert.equal(next.code, 0, next.stderr);
    assert.equal(next.report().checks.failed, 0);
  });
});
