import assert from "node:assert/strict";
import fc from "fast-check";
import { refuseLostGeneration, rotationWarnings } from "../../src/config/rotation";
import { ConfigError } from "../../src/config/problem";
import { parseStackConfig, type StackConfig } from "../../src/config/stack";
import { liveGenerations } from "../../src/zot/generations";
import { readYaml } from "../support/yaml";

const cluster = { name: "ottawa", context: "ottawa", domain: "killinit.cc" };
const declared = (said: object): StackConfig => parseStackConfig({ cluster, ...said });

/** The line that an error says to write, as a stack file has it; undefined where nothing is refused. */
function lineFor(said: object, before: Parameters<typeof refuseLostGeneration>[1]) {
  try {
    refuseLostGeneration(declared(said), before);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return /write (zot-fleet:rotation: .*)$/m.exec(error.message)?.[1] ?? error.message;
  }
}

describe("generations that clients hold", () => {
  it("are anything at first", () => {
    for (const rotation of [1, 7, { current: 7 }])
      assert.equal(lineFor({ rotation }, {}), undefined);
  });

  it("are kept by staying, by one step, and by going back to them", () => {
    const before = { held: 3, begun: { current: 4, keep: [3] } };
    for (const rotation of [3, 4]) assert.equal(lineFor({ rotation }, before), undefined);
  });

  it("are not dropped by counting: the error has the line to write", () => {
    const steady = { held: 3, begun: { current: 3, keep: [2] } };
    assert.equal(lineFor({ rotation: 5 }, steady), "zot-fleet:rotation: { current: 5, keep: [3] }");
    assert.equal(lineFor({ rotation: 2 }, steady), "zot-fleet:rotation: { current: 2, keep: [3] }");
    // The state of old after 2 failed late and 3 was deployed without a preview: every number was refused.
    const stuck = { held: 1, begun: { current: 3, keep: [2] } };
    const lines = [1, 2, 3, 4].map((rotation) => lineFor({ rotation }, stuck));
    assert.deepEqual(lines, [
      undefined,
      undefined,
      "zot-fleet:rotation: { current: 3, keep: [2, 1] }",
      "zot-fleet:rotation: { current: 4, keep: [3, 2, 1] }",
    ]);
  });

  it("are told with what a number keeps, and what it has to keep", () => {
    const refused = (rotation: number) => {
      try {
        refuseLostGeneration({ rotation }, { held: 5 });
      } catch (error) {
        assert.ok(error instanceof ConfigError);
        return error.problems;
      }
      return assert.fail("it was taken");
    };
    const told = (current: number, kept: string) => [
      {
        path: "zot-fleet:rotation",
        found: `${current}, which keeps ${kept}`,
        allowed:
          "a rotation that keeps 5 as well: clients hold 5 since the last deployment that ended well",
        hint: `write zot-fleet:rotation: { current: ${current}, keep: [5] }`,
      },
    ];
    assert.deepEqual(refused(1), told(1, "nothing else"));
    assert.deepEqual(refused(8), told(8, "7"));
  });

  it("are named all, and no more in a line than the long form takes", () => {
    const begun = { current: 20, keep: [19, 18, 17, 16, 15, 14, 13, 12, 11, 10] };
    const [warning = ""] = rotationWarnings(
      { rotation: { current: 30, keep: [] } },
      { held: 3, begun },
    );
    assert.match(
      warning,
      /^zot-fleet:rotation: 3, 20, 19, 18, 17, 16, 15, 14, 13 and 12 stop working .* keep: \[20, 19, 18, 17, 16, 15, 14, 13, 12, 3\] \}$/,
    );
  });

  it("are dropped by the long form and by keepPrevious: false, which say so, and warn", () => {
    const before = { held: 1, begun: { current: 1, keep: [] } };
    for (const said of [{ rotation: { current: 2 } }, { rotation: 2, keepPrevious: false }]) {
      assert.equal(lineFor(said, before), undefined);
      assert.deepEqual(rotationWarnings(declared(said), before), [
        "zot-fleet:rotation: 1 stops working as soon as the pod has restarted, and clients hold 1, until this deployment has handed out 2. Without a gap: zot-fleet:rotation: { current: 2, keep: [1] }",
      ]);
    }
    assert.deepEqual(rotationWarnings(declared({ rotation: 2 }), before), []);
  });

  it("may be of a deployment that did not end: taking it back warns of the gap", () => {
    const [warning = ""] = rotationWarnings(declared({ rotation: 1 }), {
      held: 1,
      begun: { current: 2, keep: [1] },
    });
    assert.match(warning, /^zot-fleet:rotation: 2 stops working .* pull secrets may hold it/);
    assert.match(warning, /\{ current: 1, keep: \[2\] \}$/);
  });

  const number = fc.integer({ min: 1, max: 6 });
  const long = fc.record({ current: number, keep: fc.uniqueArray(number, { maxLength: 4 }) });
  const before = fc.record(
    { held: number, begun: long.map((rotation) => liveGenerations({ rotation })) },
    { requiredKeys: [] },
  );

  it("are kept by the line of the error, which always deploys, without a warning", () => {
    fc.assert(
      fc.property(number, before, (rotation, state) => {
        const line = lineFor({ rotation }, state);
        if (line === undefined) return;
        const written = readYaml(line) as Record<string, unknown>;
        const said = { rotation: written["zot-fleet:rotation"] };
        assert.equal(lineFor(said, state), undefined);
        assert.deepEqual(rotationWarnings(declared(said), state), []);
        const { current, keep } = liveGenerations(declared(said));
        assert.equal(current, rotation);
        assert.ok(keep.includes(state.held ?? 0));
      }),
    );
  });

  it("never stop what is held itself, nor any long form", () => {
    fc.assert(
      fc.property(fc.oneof(number, long), before, (rotation, state) => {
        if (typeof rotation === "number" && rotation !== state.held) return;
        assert.equal(lineFor({ rotation }, state), undefined);
      }),
    );
  });
});
