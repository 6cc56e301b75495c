import assert from "node:assert/strict";
import { shown, startLocal } from "../support/localRun";
import { eachLocalRegistry } from "../support/localSuite";

eachLocalRegistry("a killed run", ({ run, place }) => {
  before(async () => {
    assert.equal((await run()).code, 0);
  });

  for (const moment of ["registry:", "updated Account"]) {
    it(`is gone on with, killed at "${moment}"`, async () => {
      const password = `killed-${moment}-password`;
      const { child, result } = startLocal([...place(), "--admin-password-stdin"], {
        input: password,
      });
      await shown(child.stdout, moment);
      child.kill("SIGKILL");
      await result;
      const next = await run();
      assert.equal(next.code, 0, next.stderr);
      assert.equal(next.report().checks.failed, 0);
    });
  }
});
