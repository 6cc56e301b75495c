import assert from "node:assert/strict";
import { declare, stackOf } from "../support/deployment";

describe("how far the checks of a deployment look", () => {
  const config = stackOf("ottawa");
  const limits = async (change: object) => {
    const stack = { ...config, checks: { ...config.checks, ...change } };
    const { resources } = await declare(stack, true);
    return resources.find(({ type }) => type.endsWith(":Verification"))?.inputs["limits"];
  };

  it("is as the stack file says, and adds nothing where it says nothing", async () => {
    assert.deepEqual(await limits({}), config.checks);
    assert.deepEqual(await limits({ layerBytes: 1024 }), { ...config.checks, layerBytes: 1024 });
  });
});
