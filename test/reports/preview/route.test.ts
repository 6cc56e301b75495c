import assert from "node:assert/strict";
import { describe as describePreview } from "../../../src/reports/preview/describe";
import { readPreview } from "../../../src/reports/preview/readPreview";

const type = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";

/** What is told of a route whose host names change. */
function told(before: string[], after: string[]) {
  const urn = `urn:pulumi:ottawa::zot-fleet::${type}::zot-route`;
  const state = (hostnames: string[]) => ({ type, inputs: { spec: { hostnames } } });
  const step = { op: "update", urn, oldState: state(before), newState: state(after) };
  const { changes } = describePreview(readPreview(JSON.stringify({ steps: [step] }), "ottawa"));
  return changes.map(({ words, risk = false }) => [words, risk]);
}

describe("what a reviewer is told of a route", () => {
  it("is that the old name is cut, as a risk", () => {
    assert.deepEqual(told(["oci.old.cc"], ["oci.new.cc"]), [
      [
        "`oci.old.cc` no longer leads to the registry: nodes and clients that name it can neither pull nor push",
        true,
      ],
      ["`oci.new.cc` leads to the registry", false],
    ]);
  });

  it("is no risk where both are served", () => {
    assert.deepEqual(told(["oci.old.cc"], ["oci.new.cc", "oci.old.cc"]), [
      ["`oci.new.cc` leads to the registry", false],
    ]);
  });

  it("is that it changes, where its names stay", () => {
    assert.deepEqual(told(["oci.old.cc"], ["oci.old.cc"]), [
      ["the route of `oci.old.cc` is changed", false],
    ]);
  });
});
