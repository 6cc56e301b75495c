import assert from "node:assert/strict";
import { retentionPlan } from "../../../src/zot/retention/plan";
import type { SweptTag } from "../../../src/zot/retention/sweepLog";

const now = Date.UTC(2026, 10, 22);
const swept = (repository: string, tag: string, more: Partial<SweptTag> = {}): SweptTag => ({
  repository,
  tag,
  decision: "keep",
  dryRun: false,
  reason: "retained",
  at: now - 60_000,
  pushed: now - 7_200_000,
  ...more,
});
const keepTags = [{ patterns: ["^v"], pulledWithin: "1h" }];
const rule = { deleteReferrers: true, deleteUntagged: true, keepTags };
const config = { policies: [{ repositories: ["team/**"], ...rule }] };

describe("what the next sweep would do", () => {
  it("is told by repository and tag, in order, with when Zot told its times", () => {
    const pulled = now - 1_000;
    const log = [
      swept("team/web", "v1"),
      swept("team/app", "v2", { pulled, at: now - 10 }),
      swept("team/app", "v1", { at: now - 20 }),
      swept("team/app", "x"),
    ];
    const why = "not pulled or pushed within 1h";
    const pushed = now - 7_200_000;
    assert.deepEqual(retentionPlan(config, log, now), [
      {
        repository: "team/app",
        toldAt: now - 10,
        tags: [
          { tag: "v1", pushed, pulled: undefined, fate: "deleted", why },
          { tag: "v2", pushed, pulled, fate: "kept", why: "pulled or pushed within 1h" },
          { tag: "x", pushed, pulled: undefined, fate: "deleted", why: "no pattern names it" },
        ],
      },
      {
        repository: "team/web",
        toldAt: now - 60_000,
        tags: [{ tag: "v1", pushed, pulled: undefined, fate: "deleted", why }],
      },
    ]);
  });

  it("leaves out what went with the last one, which a dry run deletes nothing of", () => {
    const log = [
      swept("team/app", "gone", { decision: "delete" }),
      swept("team/app", "there", { decision: "delete", dryRun: true }),
      swept("team/all-gone", "gone", { decision: "delete" }),
    ];
    const plan = retentionPlan(config, log, now);
    assert.deepEqual(
      plan.map(({ repository, tags }) => [repository, ...tags.map(({ tag }) => tag)]),
      [["team/app", "there"]],
    );
  });
});
