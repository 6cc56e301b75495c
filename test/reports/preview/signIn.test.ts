import assert from "node:assert/strict";
import { describe as describePreview } from "../../../src/reports/preview/describe";
import { readPreview } from "../../../src/reports/preview/readPreview";
import { accessControl } from "../../../src/zot/accessControl";
import type { AccessSettings } from "../../../src/zot/accessSettings";

const changesOf = (step: object) =>
  describePreview(readPreview(JSON.stringify({ steps: [step] }), "s")).changes;

const state = (type: string, name: string, inputs: object) => ({
  urn: `urn:pulumi:s::zot-fleet::${type}::${name}`,
  type,
  inputs,
});

function release(access: AccessSettings) {
  const config = { http: { accessControl: accessControl({ admins: ["admin"], access }) } };
  const values = { configFiles: { "config.json": JSON.stringify(config) } };
  return state("kubernetes:helm.sh/v3:Release", "zot", { values });
}

describe("preview-report of people who sign in", () => {
  it("tells which group of theirs becomes an admin, as a risk", () => {
    const [oldState, newState] = [
      release({}),
      release({ roles: { admin: ["group:platform"], puller: ["group:staff"] } }),
    ];
    const changes = changesOf({ op: "update", urn: newState.urn, oldState, newState });
    const of = (group: string) => changes.filter(({ words }) => words.includes(group));
    assert.deepEqual(of("platform"), [
      {
        kind: "changed",
        words: "the group `platform` may now pull, push-new, overwrite, delete in `**`",
        risk: true,
      },
    ]);
    assert.deepEqual(of("staff"), [
      { kind: "changed", words: "the group `staff` may now pull in `**`" },
    ]);
  });

  it("tells when sessions end", () => {
    const keys = state("pulumi-nodejs:dynamic/zot-fleet:SessionKeys", "zot-session-keys", {});
    const made = changesOf({ op: "create", urn: keys.urn, newState: keys });
    assert.deepEqual(
      made.map(({ risk = false }) => risk),
      [false],
    );
    const gone = changesOf({ op: "delete", urn: keys.urn, oldState: keys });
    assert.deepEqual(gone, [
      { kind: "deleted", words: "whoever is signed in has to sign in again", risk: true },
    ]);
  });
});
