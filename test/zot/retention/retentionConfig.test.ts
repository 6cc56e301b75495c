import assert from "node:assert/strict";
import { retentionConfig } from "../../../src/zot/retention/retentionConfig";

const keep = [{ tags: ["latest", "v*"] }, { mostRecentlyPushedCount: 5, pushedWithin: "30d" }];
const rules = [{ repositories: "**", keep }];
const policiesOf = (options: Parameters<typeof retentionConfig>[0]) =>
  retentionConfig(options)?.policies.map(({ repositories, keepTags }) => [
    repositories.join(),
    keepTags?.length ?? "all",
  ]);

describe("storage.retention", () => {
  it("is not there where nothing is to be deleted", () => {
    assert.equal(retentionConfig({}), undefined);
    assert.equal(retentionConfig({ upstreams: [{ name: "docker.io" }] }), undefined);
    assert.equal(retentionConfig({ retention: { dryRun: false, rules: [] } }), undefined);
  });

  it("begins as a dry run, in Zot's words", () => {
    assert.deepEqual(retentionConfig({ retention: { rules } }), {
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
    assert.deepEqual(policiesOf({ upstreams }), [["docker.io/**", 1]]);
  });
});
