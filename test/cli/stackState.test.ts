import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { CliError } from "../../src/cli/failure";
import { readStackSecret } from "../../src/cli/stackSecret";
import { readStackState } from "../../src/cli/stackState";
import { useScratch } from "../images/scratch";

const secret = "c4n4ry-of-a-state";
const marked = (plaintext: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext,
});

describe("what pulumi tells of a stack", () => {
  const scratch = useScratch();
  let count = 0;

  /** A `pulumi` that prints this. */
  function pulumi(text: string): { pulumi: string; stack: string; cwd: string } {
    const folder = scratch(`pulumi-${count++}`);
    mkdirSync(folder);
    writeFileSync(`${folder}/text`, text);
    writeFileSync(`${folder}/pulumi`, `#!/bin/sh\ncat '${folder}/text'\n`, { mode: 0o755 });
    return { pulumi: `${folder}/pulumi`, stack: "ottawa", cwd: folder };
  }
  const resources = (plaintext: string) =>
    JSON.stringify({ deployment: { resources: [{ outputs: { it: marked(plaintext) } }] } });

  for (const [what, text] of [
    ["is no JSON", secret],
    ["is cut off", `{"deployment":{"resources":[{"outputs":{"it":"${secret}`],
    ["has words before it", `warning: ${secret}\n{}`],
    ["holds a secret that is no JSON", resources(secret)],
    ["holds a secret that is cut off", resources(`"${secret}`)],
  ] as const)
    it(`is an error in words of ours where its state ${what}`, async () => {
      await assert.rejects(readStackState(pulumi(text)), (error) => {
        assert.ok(error instanceof CliError, String(error));
        assert.match(error.message, /pulumi wrote a state that is no JSON/);
        assert.ok(!String(error.stack).includes("c4n4ry"));
        return true;
      });
    });

  it("is an error in words of ours where a secret of the stack file is no JSON", async () => {
    await assert.rejects(readStackSecret(pulumi(secret), "sourcePasswords"), (error) => {
      assert.ok(error instanceof CliError && !String(error.stack).includes("c4n4ry"));
      return true;
    });
  });

  it("is read where all is well", async () => {
    const [resource] = await readStackState(pulumi(resources(JSON.stringify(secret))));
    assert.deepEqual(resource, { outputs: { it: secret } });
  });
});
