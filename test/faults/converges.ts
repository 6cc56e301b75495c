import assert from "node:assert/strict";
import { Seed } from "../../src/resources/classes";
import type { SeedInputs } from "../../src/resources/seed";
import { EngineStack } from "../support/engineStack";

/**
 * A deployment of one seed fails by its seed alone, and one more is enough.
 *
 * @param wrong deploys while something is wrong, and puts it right
 */
export async function assertConverges(
  name: string,
  inputs: SeedInputs,
  folder: string,
  wrong: (up: () => Promise<void>) => Promise<unknown>,
): Promise<void> {
  const program = () => {
    new Seed("seed", inputs);
    return Promise.resolve();
  };
  const stack = await EngineStack.open(name, program, folder);
  const up = async () => {
    assert.deepEqual([...(await stack.up())], []);
  };
  await wrong(up);
  assert.deepEqual(await stack.preview(), ["update seed"], "the problem is in the state");
  await up();
  assert.deepEqual(await stack.preview(), []);
}
