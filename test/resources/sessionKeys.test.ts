import assert from "node:assert/strict";
import { sessionKeys } from "../../src/resources/sessionKeys";

describe("the provider of session keys", () => {
  it("makes keys of the lengths that Zot takes, others each time", async () => {
    const [one, two] = [
      await sessionKeys.provider.create({}),
      await sessionKeys.provider.create({}),
    ];
    for (const { outs } of [one, two]) {
      assert.match(outs.hashKey, /^[\w-]{64}$/);
      assert.match(outs.encryptKey, /^[\w-]{32}$/);
    }
    assert.notEqual(one.outs.hashKey, two.outs.hashKey);
    assert.notEqual(one.outs.encryptKey, two.outs.encryptKey);
  });

  it("makes them anew when they are renewed, once, also those of a state that knows of no renewal", async () => {
    const { id, outs } = await sessionKeys.provider.create({});
    for (const [renewal, changes] of [
      [1, false],
      [2, true],
      ["leaked", true],
    ] as const)
      assert.deepEqual(await sessionKeys.provider.diff(id, outs, { renewal }), { changes });
    const { outs: next } = await sessionKeys.provider.update(id, outs, { renewal: 2 });
    assert.notEqual(next.hashKey, outs.hashKey);
    assert.deepEqual(await sessionKeys.provider.diff(id, next, { renewal: 2 }), { changes: false });
  });

  it("keeps them whatever happens: previews, refreshes and updates change none", async () => {
    const { id, outs } = await sessionKeys.provider.create({});
    assert.deepEqual(await sessionKeys.provider.diff(id, outs, {}), { changes: false });
    assert.deepEqual(await sessionKeys.provider.read(id, outs), { id, props: outs });
    assert.deepEqual(await sessionKeys.provider.update(id, outs, {}), { outs });
  });
});
