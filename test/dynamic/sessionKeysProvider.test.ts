import assert from "node:assert/strict";
import { sessionKeysProvider } from "../../src/dynamic/sessionKeysProvider";

describe("the provider of session keys", () => {
  it("makes keys of the lengths that Zot takes, others each time", async () => {
    const [one, two] = [await sessionKeysProvider.create({}), await sessionKeysProvider.create({})];
    for (const { outs } of [one, two]) {
      assert.match(outs.hashKey, /^[\w-]{64}$/);
      assert.match(outs.encryptKey, /^[\w-]{32}$/);
    }
    assert.notEqual(one.outs.hashKey, two.outs.hashKey);
    assert.notEqual(one.outs.encryptKey, two.outs.encryptKey);
  });

  it("keeps them whatever happens: previews, refreshes and updates change none", async () => {
    const { id, outs } = await sessionKeysProvider.create({});
    assert.deepEqual(await sessionKeysProvider.diff(id, outs, {}), { changes: false });
    assert.deepEqual(await sessionKeysProvider.read(id, outs), { id, props: outs });
    assert.deepEqual(await sessionKeysProvider.update(id, outs, {}), { outs });
  });
});
