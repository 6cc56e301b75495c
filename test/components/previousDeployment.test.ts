import assert from "node:assert/strict";
import { deployedBefore } from "../../src/components/previousDeployment";

const verification = (username: string, statuses: string[], held?: number) =>
  [
    "urn:pulumi:x::zot-fleet::pulumi-nodejs:dynamic/zot-fleet:Verification::registry",
    {
      type: "pulumi-nodejs:dynamic/zot-fleet:Verification",
      outputs: {
        cluster: { context: "x", pullSecret: { name: "zot-pull-secret", username } },
        results: statuses.map((status) => ({ code: "ZF101", status })),
        ...(held === undefined ? {} : { held }),
      },
    },
  ] as const;

const stack = (outputs: Record<string, unknown>) =>
  [
    "urn:pulumi:x::zot-fleet::pulumi:pulumi:Stack::zot-fleet-x",
    { type: "pulumi:pulumi:Stack", outputs },
  ] as const;

describe("what the state tells of the deployments before", () => {
  const cases = {
    "nothing, of a new stack": [[], undefined],
    "nothing, where the first deployment has not ended": [
      [stack({}), ["urn:x::account", { type: "a", outputs: { username: "puller-1" } }]],
      undefined,
    ],
    "nothing, where the first verification failed": [
      [stack({}), verification("puller-1", ["passed", "failed"])],
      undefined,
    ],
    "the newest account of a verification that ended well, with warnings and skipped checks": [
      [stack({}), verification("puller-12", ["passed", "warning", "skipped"])],
      12,
    ],
    "what was proved before, where the verification failed": [
      [stack({ held: 1 }), verification("puller-2", ["failed"], 1)],
      1,
    ],
    "what was proved before, where the program that failed has taken the outputs": [
      [stack({}), verification("puller-2", ["failed"], 1)],
      1,
    ],
    "the last ci account that was told, of a state of old whose verification failed": [
      [stack({ ci: { username: "ci-1", password: "p" } }), verification("puller-2", ["failed"])],
      1,
    ],
    "the output, where a destroy has taken the verification": [[stack({ held: 3 })], 3],
    "the verification, beside outputs that are older": [
      [stack({ held: 1 }), verification("puller-2", ["passed"])],
      2,
    ],
  } as const;
  for (const [title, [resources, held]] of Object.entries(cases))
    it(`is ${title}`, () => {
      assert.deepEqual(
        deployedBefore(resources as Parameters<typeof deployedBefore>[0]),
        held === undefined ? { existing: false } : { existing: true, held },
      );
    });

  it("has what the last one began with, however it ended, in the spelling of any version", () => {
    const begun = (outputs: Record<string, unknown>) =>
      deployedBefore([
        [
          "urn:pulumi:x::zot-fleet::pulumi-nodejs:dynamic/zot-fleet:Rotation::rotation",
          { type: "pulumi-nodejs:dynamic/zot-fleet:Rotation", outputs },
        ],
      ]).begun;
    assert.deepEqual(begun({ rotation: 3, keepPrevious: true }), { current: 3, keep: [2] });
    const named = { rotation: 3, keepPrevious: false, keep: [1] };
    assert.deepEqual(begun(named), { current: 3, keep: [1] });
  });
});
