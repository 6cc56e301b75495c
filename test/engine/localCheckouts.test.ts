import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { eachLocalRegistry, writesIn } from "../support/localSuite";

const checkout = resolve(__dirname, "../..");

eachLocalRegistry("another checkout", ({ state, run, log }) => {
  it("with other code behind them writes the same providers", async () => {
    const other = mkdtempSync(join(tmpdir(), "checkout-"));
    try {
      for (const part of ["src", "package.json", "tsconfig.json"])
        cpSync(join(checkout, part), join(other, part), { recursive: true });
      symlinkSync(join(checkout, "node_modules"), join(other, "node_modules"));
      const changed = join(other, "src/resources/deployments/seed.ts");
      assert.ok(existsSync(changed));
      appendFileSync(changed, "\nexport const addedByTheTest = true;\n");
      assert.equal((await run()).code, 0);
      const before = providersIn(state);
      const { code, report, stderr } = await run([], { checkout: other });
      assert.equal(code, 0, stderr);
      assert.equal(report().changes.update, 0);
      // A new state against a registry that holds everything: reads alone, and no skopeo.
      rmSync(state);
      const logged = log().length;
      const anew = await run([], { checkout: other });
      assert.equal(anew.code, 0, anew.stderr);
      assert.deepEqual(
        anew.report().seeded.map(({ action }) => action),
        ["present", "present"],
      );
      assert.deepEqual(writesIn(log().slice(logged)), []);
      assert.ok(!anew.calls.some((call) => call.startsWith("skopeo ")));
      assert.deepEqual(providersIn(state), before);
      for (const text of before) assert.ok(text.length < 2048);
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});

function providersIn(state: string): string[] {
  const texts = [
    ...readFileSync(state, "utf8").matchAll(/"__provider":\s*("(?:[^"\\]|\\.)*")/g),
  ].map(([, text = '""']) => JSON.parse(text) as string);
  assert.ok(texts.length > 0, "the state holds providers in the clear");
  return [...new Set(texts)].sort();
}
