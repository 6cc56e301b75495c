import assert from "node:assert/strict";
import { cycleOf, deletedAt, type SourcingStack } from "../../src/config/sourceStacks";
import { parseStackConfig } from "../../src/config/stack";

/** A stack that seeds `image` from another one's registry. */
function stack(name: string, from?: string, image = "team/app", more: object = {}): SourcingStack {
  const config = parseStackConfig({
    cluster: { name, context: name, domain: `${name}.example` },
    ...(from === undefined
      ? {}
      : {
          sources: { [from]: { url: `https://oci.${from}.example` } },
          seeds: [{ image, tags: ["1.4"], from }],
        }),
    ...more,
  });
  return { stack: name, ...config };
}

describe("stack files that name each other", () => {
  it("tell of images that go round in a circle, of whatever length", () => {
    const all = [stack("ottawa", "accra"), stack("accra", "lisbon"), stack("lisbon", "ottawa")];
    const [ottawa] = all;
    assert.ok(ottawa);
    assert.equal(
      cycleOf(all, ottawa, "team/app", "accra"),
      "ottawa team/app <- accra team/app <- lisbon team/app <- ottawa team/app",
    );
    assert.equal(cycleOf(all, ottawa, "team/other", "accra"), undefined, "lisbon makes it");
    const chain = [stack("ottawa", "accra"), stack("accra", "lisbon"), stack("lisbon")];
    assert.equal(cycleOf(chain, stack("ottawa", "accra"), "team/app", "accra"), undefined);
  });

  it("ends where others go round in a circle", () => {
    const all = [stack("accra", "lisbon"), stack("lisbon", "accra")];
    assert.equal(cycleOf(all, stack("ottawa", "accra"), "team/app", "accra"), undefined);
  });

  it("tell of a source whose retention deletes what is promoted", () => {
    const retention = (rules: object[], dryRun = false) => ({ retention: { dryRun, rules } });
    const ottawa = stack("ottawa", "accra");
    const deletes = (more: object) =>
      deletedAt(
        [stack("accra", undefined, "", more)],
        ottawa,
        { image: "team/app", tag: "1.4" },
        "accra",
      );
    const recent = { repositories: "team/**", keep: [{ mostRecentlyPushedCount: 3 }] };
    assert.equal(deletes(retention([recent])), "accra");
    assert.equal(deletes(retention([recent], true)), undefined, "tried out");
    assert.equal(deletes({}), undefined);
    const versions = { ...recent, keep: [{ tags: ["1.*"] }, { mostRecentlyPushedCount: 3 }] };
    assert.equal(deletes(retention([versions])), undefined);
    const seeds = [{ image: "team/app", tags: ["1.4"], archives: { "linux/amd64": "a.tar" } }];
    assert.equal(deletes({ ...retention([recent]), seeds }), undefined, "what it seeds stays");
  });
});
