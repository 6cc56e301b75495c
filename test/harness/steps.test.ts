import assert from "node:assert/strict";
import * as fc from "fast-check";
import { edited, firstWish } from "../support/lifecycle/edits";
import { allPairs, Histories, pairsOf, slicesFor, type Step } from "../support/lifecycle/steps";

const drawn = (length: number, slice: number, seed: number): Step[] =>
  fc.sample(new Histories(length, slice), { numRuns: 1, seed })[0] ?? [];

const pairs = (all: readonly { edit: string; fault: string }[]) =>
  new Set(all.map(({ edit, fault }) => `${edit} × ${fault}`));

describe("histories by chance", () => {
  it("draw every pair of their slice, whatever the seed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7fffffff }), (seed) => {
        const slice = seed % slicesFor(30);
        const missed = [...pairs(pairsOf(30, slice))].filter(
          (pair) => !pairs(drawn(30, slice, seed)).has(pair),
        );
        assert.deepEqual(missed, []);
      }),
      { numRuns: 20 },
    );
  });

  it("draw every pair there is in a night", () => {
    assert.equal(slicesFor(300), 1);
    assert.deepEqual(pairs(drawn(300, 0, 42)), pairs(allPairs));
  });

  it("cut the pairs into slices that hold all of them", () => {
    const count = slicesFor(30);
    const all = Array.from({ length: count }, (_, slice) => pairsOf(30, slice)).flat();
    assert.deepEqual(pairs(all), pairs(allPairs));
    assert.equal(all.length, allPairs.length);
  });

  it("make no edit that changes nothing", () => {
    let wish = firstWish;
    for (const { edit } of drawn(300, 0, 7)) {
      const next = edited(wish, edit);
      assert.ok(next !== undefined, edit);
      wish = next;
    }
  });

  it("are the same for the same seed", () => {
    assert.deepEqual(drawn(30, 3, 1234), drawn(30, 3, 1234));
  });

  it("are shrunk to the steps that matter", () => {
    const matters = (steps: readonly Step[]) =>
      steps.some(({ edit }) => edit === "rotate") && steps.some(({ fault }) => fault === "killed");
    const { counterexample } = fc.check(
      fc.property(new Histories(300, 0), (steps) => !matters(steps)),
      { numRuns: 1, seed: 5 },
    );
    const [steps = []] = counterexample ?? [];
    assert.ok(steps.length <= 2, String(steps.length));
    assert.ok(matters(steps));
  });
});
