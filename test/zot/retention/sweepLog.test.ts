import assert from "node:assert/strict";
import fc from "fast-check";
import { planFormats } from "../../../src/cli/retentionFormats";
import { retentionPlan } from "../../../src/zot/retention/plan";
import { sweptTags } from "../../../src/zot/retention/sweepLog";
import { hostileText } from "../../support/hostileText";

const line = (more: object) =>
  JSON.stringify({
    level: "info",
    module: "retention",
    repository: "team/app",
    tag: "v1",
    decision: "keep",
    reason: "retained",
    time: "2026-11-21T06:42:25.123456789Z",
    pushTimestamp: "2026-11-20 06:42:25.1 +0000 UTC",
    lastPullTimestamp: "0001-01-01 00:00:00 +0000 UTC",
    ...more,
  });

const times = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom("2026-13-41T99:99:99Z", "", "then", "+275760-09-13T00:00:01Z", "2026-11-21"),
  fc.constantFrom(
    "9999-99-99 99:99:99 +9999",
    "2026-02-30 10:00:00.000000001 +0000 UTC",
    "0000-00-00 00:00:00 -0000",
  ),
);
const values = fc.oneof(times, hostileText, fc.jsonValue({ maxDepth: 1 }));
const fields = [
  "repository",
  "tag",
  "decision",
  "reason",
  "time",
  "pushTimestamp",
  "lastPullTimestamp",
  "dry-run",
];
const lines = fc.oneof(
  fc.dictionary(fc.constantFrom(...fields), values).map(line),
  fc.tuple(hostileText, hostileText).map(([a, b]) => `${a}"module":"retention"${b}`),
  fc
    .tuple(fc.dictionary(fc.constantFrom(...fields), values), fc.nat(300))
    .map(([more, length]) => line(more).slice(0, length)),
  hostileText,
);

describe("what Zot's log says of a sweep", () => {
  const config = { policies: [{ repositories: ["**"], keepTags: [] }] } as unknown as Parameters<
    typeof retentionPlan
  >[0];

  it("is a plan that can be told, whatever stands in the log", () => {
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 8 }), (log) => {
        const swept = sweptTags(log.join("\n"));
        for (const { at, pushed = 0, pulled = 0 } of swept)
          assert.ok([at, pushed, pulled].every(Number.isFinite));
        const repositories = retentionPlan(config, swept, Date.UTC(2026, 10, 22));
        for (const format of Object.values(planFormats))
          assert.equal(typeof format({ dryRun: true, all: true, repositories }), "string");
      }),
    );
  });

  it("leaves out a line whose time is none", () => {
    assert.deepEqual(sweptTags(line({ time: "2026-13-41T99:99:99Z" })), []);
    const [swept] = sweptTags(line({ pushTimestamp: "9999-99-99 99:99:99 +9999" }));
    assert.equal(swept?.pushed, undefined);
  });

  it("is read to the fraction of a millisecond, in whatever zone, behind whatever kubectl writes first", () => {
    const text = `zot-0 ${line({
      decision: "delete",
      reason: "no rule",
      "dry-run": true,
      pushTimestamp: "2026-11-20 06:42:25.1234567 +0530 IST",
      lastPullTimestamp: "2026-11-21 06:42:25 +0000 UTC",
    })}`;
    assert.deepEqual(sweptTags(text), [
      {
        repository: "team/app",
        tag: "v1",
        decision: "delete",
        dryRun: true,
        reason: "no rule",
        at: Date.UTC(2026, 10, 21, 6, 42, 25, 123),
        pushed: Date.UTC(2026, 10, 20, 1, 12, 25) + 123.4567,
        pulled: Date.UTC(2026, 10, 21, 6, 42, 25),
      },
    ]);
  });

  it("has no time of a tag that Zot has none of, and no dry run that is not said to be one", () => {
    const times = { pushTimestamp: undefined, lastPullTimestamp: 7, time: undefined };
    for (const more of [{}, { "dry-run": false }, { "dry-run": "true" }])
      assert.deepEqual(sweptTags(line({ ...times, ...more })), [
        {
          repository: "team/app",
          tag: "v1",
          decision: "keep",
          dryRun: false,
          reason: "retained",
          at: 0,
        },
      ]);
    for (const pushTimestamp of ["x2026-11-20 06:42:25 +0000", "2026-11-20", "06:42:25 +0000 UTC"])
      assert.equal(sweptTags(line({ pushTimestamp }))[0]?.pushed, undefined);
  });

  for (const [what, text] of [
    ["of another module", line({ module: "gc" })],
    ["without a repository", line({ repository: undefined })],
    ["whose tag is a number", line({ tag: 1 })],
    ["with another decision", line({ decision: "maybe" })],
    ["that is cut", line({}).slice(0, -1)],
  ] as const)
    it(`does not read a line ${what}`, () => {
      assert.deepEqual(sweptTags(text), []);
      assert.equal(sweptTags(`${text}\n${line({ tag: "v2" })}`).length, 1);
    });

  it("ends where a quarter of a minute is between two lines, for each repository by itself", () => {
    const at = (ms: number) => new Date(Date.UTC(2026, 10, 21) + ms).toISOString();
    const read = (gap: number) =>
      sweptTags(
        [
          line({ tag: "a", time: at(0) }),
          line({ tag: "z", time: at(0), repository: "team/web" }),
          line({ tag: "b", time: at(gap) }),
        ].join("\n"),
      ).map(({ repository, tag }) => `${repository}:${tag}`);
    assert.deepEqual(read(14_999), ["team/app:a", "team/app:b", "team/web:z"]);
    assert.deepEqual(read(15_000), ["team/app:b", "team/web:z"]);
  });

  it("is its last sweep alone, and a tag once", () => {
    const at = (second: number) => `2026-11-21T06:42:${String(second).padStart(2, "0")}Z`;
    const log = [
      line({ tag: "gone", time: at(0) }),
      line({ tag: "v1", time: at(30) }),
      line({ tag: "v2", time: at(31) }),
      line({ tag: "v1", time: at(32), decision: "delete" }),
    ];
    assert.deepEqual(
      sweptTags(log.join("\n")).map(({ tag, decision }) => [tag, decision]),
      [
        ["v2", "keep"],
        ["v1", "delete"],
      ],
    );
  });

  it("is read of a repository of many tags", function () {
    this.timeout(300_000);
    const log = Array.from({ length: 150_000 }, (_, at) => line({ tag: `v${at}` })).join("\n");
    const swept = sweptTags(log);
    assert.equal(swept.length, 150_000);
    const repositories = retentionPlan(config, swept, Date.UTC(2026, 10, 22));
    assert.match(planFormats.table({ dryRun: true, all: true, repositories }), /^Of 150000 tags/m);
  });
});
