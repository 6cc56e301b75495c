import assert from "node:assert/strict";
import { describe as describePreview } from "../../../src/reports/preview/describe";
import { readPreview } from "../../../src/reports/preview/readPreview";

const dynamic = (name: string) => `pulumi-nodejs:dynamic/zot-fleet:${name}`;

/** What is told of one step, and how many steps have no words. */
function told(op: string, type: string, before: object | undefined, after: object) {
  const urn = `urn:pulumi:ottawa::zot-fleet::${type}::one`;
  const stateOf = (inputs: object) => ({ type, inputs });
  const step = {
    op,
    urn,
    ...(before === undefined ? {} : { oldState: stateOf(before) }),
    newState: stateOf(after),
  };
  const { changes, quiet } = describePreview(
    readPreview(JSON.stringify({ steps: [step] }), "ottawa"),
  );
  return [changes.map(({ words }) => words), quiet];
}

describe("what a reviewer is told of what only the state holds", () => {
  it("is nothing where a stack gets it for the first time", () => {
    const place = { namespace: "zot" };
    assert.deepEqual(told("create", dynamic("RegistryPlace"), undefined, place), [[], 1]);
    assert.deepEqual(told("create", dynamic("ReleaseRepair"), undefined, { repair: "" }), [[], 1]);
    const account = { automountServiceAccountToken: false };
    assert.deepEqual(told("create", "kubernetes:core/v1:ServiceAccount", undefined, account), [
      [],
      1,
    ]);
  });

  it("is that a release is repaired, and not that it was", () => {
    const type = dynamic("ReleaseRepair");
    assert.deepEqual(told("update", type, { repair: "" }, { repair: "uid-1" }), [
      ["what a cut deployment left of Helm's release is repaired first"],
      0,
    ]);
    assert.deepEqual(told("update", type, { repair: "uid-1" }, { repair: "" }), [[], 1]);
  });
});
