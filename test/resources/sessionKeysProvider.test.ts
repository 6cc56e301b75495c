import assert from "node:assert/strict";
import { sessionKeysProvider } from "../../src/resources/sessionKeysProvider";

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

  it("makes them anew when they are renewed, once, also those of a state that knows of no renewal", async () => {
    const { id, outs } = await sessionKeysProvider.create({});
    for (const [renewal, changes] of [
      [1, false],
      [2, true],
      ["leaked", true],
    ] as const)
      assert.deepEqual(await sessionKeysProvider.diff(id, outs, { renewal }), { changes });
    const { outs: next } = await sessionKeysProvider.update(id, outs, { renewal: 2 });
    assert.notEqual(next.hashKey, outs.hashKey);
    assert.deepEqual(await sessionKeysProvider.diff(id, next, { renewal: 2 }), { changes: false });
  });

  it("keeps them whatever happens: previews, refreshes and updates change none", async () => {
    const { id, outs } = await sessionKeysProvider.create({});
    assert.deepEqual(await sessionKeysProvider.diff(id, outs, {}), { changes: false });
    assert.deepEqual(await sessionKeysProvider.read(id, outs), { id, props: outs });
    assert.deepEqual(await sessionKeysProvider.update(id, outs, {}), { outs });
  });
});
