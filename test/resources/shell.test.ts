import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime, type dynamic } from "@pulumi/pulumi";
import { shell } from "../../src/resources/shell.cjs";
import { providers } from "../../src/resources/providers";

const source = join(__dirname, "../../src/resources/shell.cjs");
const names = Object.keys(providers);

async function serialise(provider: dynamic.ResourceProvider): Promise<string> {
  return (await runtime.serializeFunction(() => provider)).text;
}

describe("the serialised dynamic providers", () => {
  for (const name of names) {
    it(`${name} takes under 2 KB of the state and holds its name alone`, async () => {
      const text = await serialise(shell(name));
      assert.ok(text.length < 2048, `${text.length} bytes`);
      assert.ok(text.includes(`name: "${name}"`));
      assert.ok(!text.includes(process.cwd()));
    });

    it(`${name} is the same from another folder`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "shell-"));
      try {
        cpSync(source, join(folder, "shell.cjs"));
        const elsewhere = createRequire(join(folder, "_"))("./shell.cjs") as {
          shell: typeof shell;
        };
        assert.equal(await serialise(elsewhere.shell(name)), await serialise(shell(name)));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it(`${name} calls today's code by its name`, async () => {
      // As the provider process does: the text alone, evaluated where nothing of this file is known.
      const text = await serialise(shell(name));
      const module = { exports: {} as { handler?: () => dynamic.ResourceProvider } };
      // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- it is what Pulumi does
      new Function("exports", "require", "module", text)(
        module.exports,
        createRequire(__filename),
        module,
      );
      const provider = module.exports.handler?.();
      const methods = Object.keys(providers[name] ?? {});
      assert.deepEqual(Object.keys(provider ?? {}).sort(), methods.sort());
      const inputs = { username: "somebody" };
      // A check may fill in what is left out; it changes nothing of what is given.
      const found = await provider?.check?.(inputs, inputs);
      const filled = { ...(found?.inputs as object), ...inputs };
      assert.deepEqual(found, { inputs: filled, failures: [] });
    });
  }
});
