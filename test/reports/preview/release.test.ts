import assert from "node:assert/strict";
import { describe as describePreview } from "../../../src/reports/preview/describe";
import { readPreview } from "../../../src/reports/preview/readPreview";

const type = "kubernetes:helm.sh/v3:Release";

/** What is told of a release whose values change, each with whether it is a risk. */
function told(before: object | undefined, after: object | undefined, op = "update") {
  const urn = `urn:pulumi:ottawa::zot-fleet::${type}::zot`;
  const state = (values: object | undefined) =>
    values && { type, inputs: { name: "zot", namespace: "zot", version: "0.1.122", values } };
  const step = { op, urn, oldState: state(before), newState: state(after) };
  const { changes } = describePreview(readPreview(JSON.stringify({ steps: [step] }), "ottawa"));
  return changes.map(({ words, risk = false }): [string, boolean] => [words, risk]);
}

const bucket = { persistence: false, replicaCount: 2, podAnnotations: { hash: "a" } };
const claim = { persistence: true, podAnnotations: { hash: "a" } };
const rolls = "the registry rolls its pods one after another: no restart that clients see";

describe("what a reviewer is told of a release of several pods", () => {
  it("is that they roll, which is no risk, where one pod restarts", () => {
    const rotated = { podAnnotations: { hash: "b" } };
    assert.deepEqual(told(bucket, { ...bucket, ...rotated }), [[rolls, false]]);
    const [restart] = told(claim, { ...claim, ...rotated });
    assert.match(restart?.[0] ?? "", /^the registry restarts: no pulls and pushes for about/);
    assert.equal(restart?.[1], true);
  });

  it("is nothing of a restart where only their number changes, or what guards it", () => {
    const more = { replicaCount: 3, podDisruptionBudget: { minAvailable: 2 } };
    const words = told(bucket, { ...bucket, ...more }).map(([line]) => line);
    assert.deepEqual(words, [
      "`replicaCount`: `2` → `3`",
      "`podDisruptionBudget`: `nothing` → `an object`",
    ]);
  });

  it("is that the registry is away where it moves between a claim and a bucket, and copies nothing", () => {
    const [there] = told(claim, bucket);
    const words =
      /^the registry moves from its claim to a bucket: nobody can .* no image is copied$/;
    assert.match(there?.[0] ?? "", words);
    assert.equal(there?.[1], true);
    const [back] = told(bucket, claim);
    assert.match(back?.[0] ?? "", /^the registry moves from its bucket to a claim/);
  });

  it("is nothing of a chart at a path, whose version stands in the state alone", () => {
    const urn = `urn:pulumi:ottawa::zot-fleet::${type}::zot`;
    const inputs = { name: "zot", namespace: "zot", chart: "../charts/zot" };
    const oldState = { type, inputs: { ...inputs, version: "0.1.122", values: claim } };
    const newState = { type, inputs: { ...inputs, values: claim } };
    const step = { op: "update", urn, oldState, newState };
    const { changes } = describePreview(readPreview(JSON.stringify({ steps: [step] }), "ottawa"));
    assert.deepEqual(
      changes.filter(({ risk = false }) => risk),
      [],
    );
  });

  it("is which images are kept where it goes", () => {
    const gone = (values: object) => told(values, undefined, "delete")[0]?.[0];
    assert.equal(gone(bucket), "the registry goes; the bucket with its images is kept");
    assert.equal(gone(claim), "the registry goes; the claim with its images is kept");
  });
});
