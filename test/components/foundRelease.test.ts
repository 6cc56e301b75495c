import assert from "node:assert/strict";
import {
  releaseProblem,
  releaseWarnings,
  type FoundRelease,
} from "../../src/components/findRelease";
import type { ReleaseState } from "../../src/cluster/releaseState";
import { declare, stackOf } from "../support/deployment";

const release = { namespace: "zot", name: "zot", missing: [] };
const begun = "2026-06-01T10:00:00Z";
const newest = {
  revision: 4,
  begun,
  chart: "zot-0.1.122",
  writer: "pulumi-kubernetes",
  ours: true,
};
const unfinished = { ...newest, revision: 5, status: "pending-upgrade" };
const found = (look: Partial<ReleaseState>, inState?: boolean): FoundRelease => ({
  context: "ottawa",
  look: { ...release, ...look },
  inState,
});

async function declared(seen?: FoundRelease, adopt = false) {
  const config = stackOf("ottawa");
  const registry = { ...config.registry, adopt };
  const { resources } = await declare({ ...config, registry }, true, { found: seen });
  const of = (type: string) => resources.find((each) => each.type.endsWith(type));
  return { release: of(":Release"), repair: of(":ReleaseRepair") };
}

describe("a release that was found", () => {
  it("is taken over where it is there and wanted, or our own; what is not there is made", async () => {
    const cases: [FoundRelease | undefined, boolean, string | undefined][] = [
      [found({ newest }), false, "zot/zot"],
      [found({ newest: { ...newest, ours: false } }), false, undefined],
      [found({ newest: { ...newest, ours: false } }), true, "zot/zot"],
      [found({}), true, undefined],
      // Where nobody could look it stays as people said.
      [{ context: "ottawa", unseen: "403" }, true, "zot/zot"],
      [{ context: "ottawa", unseen: "403" }, false, undefined],
    ];
    for (const [seen, adopt, id] of cases)
      assert.equal((await declared(seen, adopt)).release?.imported, id, JSON.stringify(seen));
  });

  it("changes nothing of the release where nothing is wrong", async () => {
    const { release: made, repair } = await declared(found({ newest }, true));
    assert.ok(!("description" in (made?.inputs ?? {})) && !("replace" in (made?.inputs ?? {})));
    assert.deepEqual(
      Object.keys(repair?.inputs ?? {}).filter((key) => key === "found"),
      [],
    );
    assert.equal(repair?.inputs["timeout"], 900);
  });

  it("is told to the repair with what is wrong", async () => {
    const look = found({ newest, unfinished }, true);
    assert.deepEqual((await declared(look)).repair?.inputs["found"], look.look);
    assert.equal((await declared(found({}, true))).repair?.inputs["none"], true);
    const taken = await declared(found({ newest }, false));
    assert.match(String(taken.repair?.inputs["taken"]), /revision 4 of zot-0\.1\.122/);
    assert.ok(
      !("taken" in ((await declared(found({ newest }, false), true)).repair?.inputs ?? {})),
    );
  });

  it("is told in the preview, with revision and time; somebody else's stops a deployment", () => {
    const [ours] = releaseWarnings(found({ newest, unfinished }));
    assert.match(
      ours ?? "",
      /zot\/zot: revision 5 .* is pending-upgrade since 2026-06-01T10:00:00Z.*waits/,
    );
    assert.equal(releaseProblem(found({ newest, unfinished })), undefined);
    const theirs = found({ newest, unfinished: { ...unfinished, writer: "helm", ours: false } });
    assert.match(releaseProblem(theirs) ?? "", /^helm works on .* revision 5 .* since 2026-06-01/);
    assert.match(releaseWarnings(theirs)[0] ?? "", /leaves it alone/);
    assert.deepEqual(releaseWarnings(found({ newest })), []);
    assert.match(
      releaseWarnings({ context: "c", unseen: "the cluster answers 403 for Secrets" })[0] ?? "",
      /cannot be read.*403.*right to list Secrets/,
    );
  });
});
