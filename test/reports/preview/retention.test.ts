import assert from "node:assert/strict";
import { retentionChanges } from "../../../src/reports/preview/retention";
import { describe as describePreview } from "../../../src/reports/preview/describe";
import { comment } from "../../../src/reports/preview/comment";
import { sample } from "./samples";

const keeps = { repositories: ["**"], keepTags: [{ patterns: ["^v.*$"] }] };
const cache = { repositories: ["docker.io/**"], deleteUntagged: false };
const rules = (dryRun: boolean, ...policies: object[]) => ({ dryRun, policies });
const told = (old: unknown, now: unknown) =>
  retentionChanges("changed", old, now).map(({ words, risk }) => `${risk ? "! " : ""}${words}`);

describe("a change of retention in a preview", () => {
  it("is a risk where tags begin to be deleted, and where others are", () => {
    for (const old of [undefined, rules(true, keeps), rules(false, cache)])
      assert.match(
        told(old, rules(false, keeps)).join(),
        /^! tags are deleted from the next sweep/,
      );
    assert.match(told(rules(false, keeps), rules(false, keeps, keeps)).join(), /^! other tags/);
  });

  it("is none where no tag is", () => {
    assert.match(told(undefined, rules(true, keeps)).join(), /^what retention would keep changes/);
    assert.match(told(rules(false, keeps), undefined).join(), /^tags are no longer deleted$/);
    assert.deepEqual(told(rules(true, keeps), rules(true, keeps)), []);
  });

  it("stands in the comment, and not a second time as a setting", () => {
    const preview = sample("access");
    const steps = preview.steps.map((step) =>
      step.newState?.type.endsWith(":Release") === true
        ? { ...step, newState: { ...step.newState, inputs: withRules(step.newState.inputs) } }
        : step,
    );
    const changed = { ...preview, steps };
    const report = comment([describePreview(changed)]);
    assert.match(report, /tags are deleted from the next sweep on/);
    assert.doesNotMatch(report, /storage\.retention/);
  });
});

/** The inputs of a release, whose Zot is told to delete. */
function withRules(inputs: unknown): Record<string, unknown> {
  const release = structuredClone(inputs) as { values: { configFiles: Record<string, string> } };
  const files = release.values.configFiles;
  const config = JSON.parse(files["config.json"] ?? "") as { storage: object };
  config.storage = { ...config.storage, retention: rules(false, keeps) };
  files["config.json"] = JSON.stringify(config);
  return release;
}
