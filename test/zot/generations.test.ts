import assert from "node:assert/strict";
import {
  accountName,
  generationOf,
  liveGenerations,
  recordedGenerations,
  recordOf,
} from "../../src/zot/generations";

describe("generations of machine accounts", () => {
  const spellings = [
    [{ rotation: 1 }, { current: 1, keep: [] }],
    [{ rotation: 3 }, { current: 3, keep: [2] }],
    [{ rotation: { current: 3 } }, { current: 3, keep: [] }],
    [{ rotation: { current: 3, keep: [1] } }, { current: 3, keep: [1] }],
    [{ rotation: { current: 1, keep: [2, 1, 4] } }, { current: 1, keep: [4, 2] }],
  ] as const;

  it("live as they are declared, the newest kept first", () => {
    for (const [declared, live] of spellings) assert.deepEqual(liveGenerations(declared), live);
  });

  it("are read again from the state as they were declared", () => {
    for (const [declared, live] of spellings)
      assert.deepEqual(recordedGenerations(recordOf(declared)), live);
  });

  it("are read from a state of before any could be named, and are no change of it", () => {
    const before = { rotation: 3, keepPrevious: false };
    assert.deepEqual(recordedGenerations(before), { current: 3, keep: [] });
    const now = recordOf({ rotation: { current: 3, keep: [] } });
    assert.deepEqual(recordedGenerations(now), recordedGenerations(before));
  });

  it("stand in the state of a short form as they always did", () => {
    assert.deepEqual(recordOf({ rotation: 3 }), { rotation: 3, keepPrevious: true });
  });

  it("are told by the names of their accounts", () => {
    for (const machine of ["puller", "ci", "metrics"] as const)
      assert.equal(generationOf(accountName(machine, 10)), 10);
    assert.equal(accountName("puller", 3), "puller-3");
    const names = ["puller-3", "ci-12", "admin", "puller-", "puller-03", "ci-1x", "a-ci-1"];
    const none = undefined;
    assert.deepEqual(names.map(generationOf), [3, 12, none, none, none, none, none]);
  });
});
