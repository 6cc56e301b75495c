import assert from "node:assert/strict";
import type { SeedInputs, SeedOutputs } from "../../src/resources/seed";
import { useScratch } from "../images/scratch";
import { describeEachRegistry } from "../support/eachRegistry";
import { startZot, type RunningRegistry } from "../support/registry";
import { changes, create, lockedPlatform, refresh, seedInputs, update } from "../support/seeding";
import { skipWithout } from "../support/skip";

describeEachRegistry("seeding, a tag that somebody moved", (fixture) => {
  const scratch = useScratch();
  let inputs: SeedInputs;
  let outs: SeedOutputs;
  let foreign: string | undefined;
  let theirs: SeedInputs["platforms"];
  beforeEach(async () => {
    const platforms = [await lockedPlatform(scratch("ours.tar"), { platform: "linux/amd64" })];
    theirs = [
      await lockedPlatform(scratch("theirs.tar"), {
        platform: "linux/amd64",
        env: ["THEIRS=1"],
      }),
    ];
    inputs = seedInputs(fixture.registry.url, { repository: "moved/app", platforms });
    outs = await create(inputs);
    assert.equal(outs.problem, undefined);
    foreign = (await create({ ...inputs, platforms: theirs, tags: ["latest"] })).digest;
    assert.notEqual(foreign, outs.digest);
  });

  it("is found by refresh alone, and put back where the seed says restore", async () => {
    assert.equal(await changes(outs, inputs), false, "a plain preview does not ask the registry");
    const props = await refresh(outs);
    assert.match(props.problem ?? "", /moved\/app:latest moved to sha256:/);
    assert.equal(await changes(props, inputs), true);
    const mended = await update(props, inputs);
    assert.equal(mended.problem, undefined);
    assert.equal(await fixture.digestOf("moved/app", "latest"), outs.digest);
    assert.equal((await refresh(mended)).problem, undefined);
  });

  it("is the only one named, also where it is the first", async () => {
    const [first = "", ...others] = inputs.tags;
    await create({ ...inputs, tags: [first], platforms: theirs });
    // The other moved one is put back.
    await update(await refresh({ ...outs, tags: others }), { ...inputs, tags: others });
    const { problem } = await refresh(outs);
    assert.match(problem ?? "", new RegExp(`^moved/app:${first} moved to sha256:\\w+$`));
  });

  it("is told and left where the seed says tell", async () => {
    const props = await refresh({ ...outs, onMoved: "tell" });
    const told = await update(props, { ...inputs, onMoved: "tell" });
    assert.match(
      told.problem ?? "",
      /moved\/app:latest is at sha256:\w+, which this stack did not put there/,
    );
    assert.equal(await fixture.digestOf("moved/app", "latest"), foreign);
  });
});

describe("seeding, to zot, as an account that may create and not overwrite", function () {
  this.timeout(120_000);
  const scratch = useScratch();
  let registry: RunningRegistry | undefined;

  before(async function () {
    skipWithout("skopeo", this);
    skipWithout("zot", this);
    const policies = [{ users: ["admin"], actions: ["read", "create"] }];
    registry = await startZot({
      users: { admin: "secret" },
      config: {
        http: { accessControl: { repositories: { "**": { policies, defaultPolicy: [] } } } },
      },
    });
  });
  after(async () => {
    await registry?.stop();
  });

  it("finds what is there, where pushing the same again would be denied", async () => {
    const platforms = await Promise.all(
      ["linux/amd64", "linux/arm64"].map((platform) =>
        lockedPlatform(scratch(`${platform.slice(6)}.tar`), { platform }),
      ),
    );
    const inputs = seedInputs(registry?.url ?? "", { platforms });
    assert.equal((await create(inputs)).problem, undefined);
    const again = await create(inputs);
    assert.deepEqual([again.problem, again.action], [undefined, "present"]);
    const other = await lockedPlatform(scratch("other.tar"), {
      platform: "linux/amd64",
      env: ["C=1"],
    });
    assert.match((await create({ ...inputs, platforms: [other] })).problem ?? "", /denied|403/i);
  });
});
