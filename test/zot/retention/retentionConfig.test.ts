import assert from "node:assert/strict";
import { leftAlone, retentionConfig } from "../../../src/zot/retention/retentionConfig";

const keep = [{ tags: ["latest", "v*"] }, { mostRecentlyPushedCount: 5, pushedWithin: "30d" }];
const rules = [{ repositories: "**", keep }];
type Options = Partial<Parameters<typeof retentionConfig>[0]>;
const build = (options: Options) => retentionConfig({ version: "2.1.18", ...options });
const policiesOf = (options: Options) =>
  build(options)?.policies.map(({ repositories, keepTags }) => [
    repositories.join(),
    keepTags?.length ?? "all",
  ]);

describe("storage.retention", () => {
  it("is not there where nothing is to be deleted", () => {
    assert.equal(build({}), undefined);
    assert.equal(build({ retention: { dryRun: false, rules: [] } }), undefined);
  });

  it("begins as a dry run, in Zot's words", () => {
    assert.deepEqual(build({ retention: { rules } }), {
      dryRun: true,
      policies: [
        {
          repositories: ["**"],
          deleteReferrers: true,
          deleteUntagged: true,
          keepTags: [
            { patterns: ["^latest$", "^v.*$"] },
            { patterns: ["^.*$"], mostRecentlyPushedCount: 5, pushedWithin: "720h" },
          ],
        },
      ],
    });
  });

  it("leaves a seeded repository alone, unless every seeded tag stays for good", () => {
    const seeds = [
      { repository: "a/safe", tags: ["latest", "v7"] },
      { repository: "b/endangered", tags: ["latest", "3f2a91c"] },
      { repository: "b/endangered", tags: ["other"] },
    ];
    assert.deepEqual(policiesOf({ retention: { rules }, seeds }), [
      ["b/endangered", "all"],
      ["**", 2],
    ]);
    const elsewhere = [{ repositories: "ci/**", keep }];
    assert.deepEqual(policiesOf({ retention: { rules: elsewhere }, seeds }), [["ci/**", 2]]);
  });

  it("leaves caches alone that say nothing, and puts them before wider rules", () => {
    const upstreams = [
      { name: "docker.io", retention: { pulledWithin: "30d" } },
      { name: "quay.io" },
    ];
    assert.deepEqual(policiesOf({ retention: { rules }, upstreams }), [
      ["docker.io/**", 1],
      ["quay.io/**", "all"],
      ["**", 2],
    ]);
  });

  it("keeps all of a cache, what was pulled by digest too, where nothing else is said", () => {
    assert.deepEqual(build({ upstreams: [{ name: "docker.io" }] }), {
      dryRun: false,
      policies: [{ repositories: ["docker.io/**"], deleteReferrers: true, deleteUntagged: false }],
    });
  });

  it("lets go of a cache what nobody pulls, without a tag as well where Zot knows its age", () => {
    const upstreams = [{ name: "docker.io", retention: { pulledWithin: "30d" } }];
    const [older] = build({ upstreams })?.policies ?? [];
    const newer = build({ upstreams, version: "2.1.19" });
    assert.deepEqual(older?.keepTags, [{ patterns: ["^.*$"], pulledWithin: "720h" }]);
    assert.equal(older.keepUntagged, undefined);
    assert.deepEqual(newer?.policies[0]?.keepUntagged, { pulledWithin: "720h" });
    assert.equal(newer.dryRun, true);
  });

  const conditions = {
    mostRecentlyPushedCount: 9,
    mostRecentlyPulledCount: 9,
    pushedWithin: "900d",
    pulledWithin: "900d",
  };
  for (const [condition, value] of Object.entries(conditions))
    it(`leaves a seeded repository alone where its tags stay by ${condition} only`, () => {
      const seeds = [{ repository: "team/app", tags: ["1.0"] }];
      const by = (keep: object) => leftAlone([{ repositories: "team/**", keep: [keep] }], seeds);
      assert.deepEqual(by({ [condition]: value }), ["team/app"]);
      assert.deepEqual(by({ tags: ["1.*"] }), []);
      assert.deepEqual(by({ tags: ["2.*"] }), ["team/app"]);
    });
});
