import assert from "node:assert/strict";
import { applied, FieldConflict, updated, type KubeObject } from "../support/standIn/fields";

const secret = (data: Record<string, string>, labels?: Record<string, string>): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "a", namespace: "b", ...(labels === undefined ? {} : { labels }) },
  data,
});

describe("the stand-in's server-side apply", () => {
  const first = applied(undefined, secret({ x: "1", y: "2" }), "one", false);

  it("takes away what its manager names no more", () => {
    assert.deepEqual(applied(first, secret({ x: "1" }), "one", false)["data"], { x: "1" });
  });

  it("leaves what somebody else owns", () => {
    const both = applied(first, secret({ z: "3" }), "two", false);
    assert.deepEqual(both["data"], { x: "1", y: "2", z: "3" });
    assert.deepEqual(applied(both, secret({}), "one", false)["data"], { z: "3" });
  });

  it("refuses another value of somebody else's field, and takes it where it is forced", () => {
    assert.throws(() => applied(first, secret({ x: "9" }), "two", false), FieldConflict);
    const forced = applied(first, secret({ x: "9" }), "two", true);
    assert.deepEqual(forced["data"], { x: "9", y: "2" });
    assert.deepEqual(applied(forced, secret({}), "one", false)["data"], { x: "9" });
  });

  it("shares a field where both say the same", () => {
    const shared = applied(first, secret({ x: "1" }), "two", false);
    assert.deepEqual(applied(shared, secret({}), "one", false)["data"], { x: "1" });
  });

  it("tells owners as the API does", () => {
    const theirs = updated(undefined, secret({ x: "1" }, { app: "theirs" }), "kubectl");
    const [entry] = theirs.metadata.managedFields ?? [];
    assert.equal(entry?.operation, "Update");
    assert.deepEqual(entry.fieldsV1, {
      "f:data": { "f:x": {} },
      "f:metadata": { "f:labels": { "f:app": {} } },
    });
  });
});
