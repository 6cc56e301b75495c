import assert from "node:assert/strict";
import { canonicalConfigDigest } from "../../src/images/imageConfig";
import type { SeedInputs, SeedOutputs } from "../../src/resources/seed";
import { sentinelImage as sentinel } from "../../src/zot/sentinel";
import { fill, smallImage, startBucketZot, type BucketZot } from "../support/bucketZot";
import { useFakes } from "../support/fakeRegistry";
import { changes, create, refresh, remove, seedInputs, update } from "../support/seeding";

const [config = Buffer.alloc(0)] = smallImage().blobs;
/** Its archive is nowhere: whoever wants to push it fails. */
const platform = {
  platform: "linux/amd64",
  archive: "/nowhere/app.tar",
  imageId: `sha256:${"1".repeat(64)}`,
  config: canonicalConfigDigest(config),
};

const away = /the storage behind the registry does not answer/;

describe("seeds of a registry whose bucket is away", () => {
  const fakes = useFakes();

  async function seeded(): Promise<{ zot: BucketZot; inputs: SeedInputs; outs: SeedOutputs }> {
    const zot = await startBucketZot(fakes);
    fill(zot, "team/app", "1.0", sentinel);
    const inputs = seedInputs(zot.url, {
      endpoint: { via: "address", url: zot.url, sentinel },
      tags: ["1.0"],
      platforms: [platform],
      onRemove: "delete",
    });
    const outs = await create(inputs);
    assert.deepEqual([outs.problem, outs.action], [undefined, "present"]);
    return { zot, inputs, outs };
  }

  /** What is asked of the registry without its bucket, which must write nothing into it. */
  async function without<T>(zot: BucketZot, work: () => Promise<T>): Promise<T> {
    const before = zot.tags();
    const written = zot.writes().length;
    zot.setAway(true);
    try {
      return await work();
    } finally {
      zot.setAway(false);
      const tried = zot.writes().slice(written);
      assert.deepEqual(
        tried.filter((line) => !line.startsWith("POST /v2/zot-fleet/sentinel/")),
        [],
      );
      assert.deepEqual(zot.tags(), before);
    }
  }

  it("push nothing, open no archive, and say why; the next deployment tries again", async () => {
    const { zot, inputs } = await seeded();
    const outs = await without(zot, () => create(inputs));
    assert.match(outs.problem ?? "", away);
    assert.match(outs.problem ?? "", /nothing was pushed and nothing deleted$/);
    assert.doesNotMatch(outs.problem ?? "", /app\.tar/);
    assert.equal(await changes(outs, inputs), true);
    assert.equal((await create(inputs)).problem, undefined);
  });

  it("move no tag and drop none in an update, and keep what they know", async () => {
    const { zot, inputs, outs } = await seeded();
    const after = await without(zot, () => update(outs, { ...inputs, tags: ["2.0"] }));
    assert.match(after.problem ?? "", away);
    assert.equal(after.digest, outs.digest);
    assert.deepEqual(zot.tags(), ["team/app:1.0", sentinel]);
  });

  it("delete nothing, and fail, so that the engine keeps them", async () => {
    const { zot, outs } = await seeded();
    await without(zot, () => assert.rejects(remove(outs), away));
    await remove(outs);
    assert.deepEqual(zot.tags(), [sentinel]);
  });

  it("are not gone for a refresh, which writes nothing", async () => {
    const { zot, inputs, outs } = await seeded();
    const written = zot.writes().length;
    const after = await without(zot, () => refresh(outs));
    assert.equal(zot.writes().length, written);
    assert.match(after.problem ?? "", /^a refresh could not look at it: .*does not answer/);
    assert.doesNotMatch(after.problem ?? "", /is gone/);
    assert.equal(after.digest, outs.digest);
    assert.equal(await changes(after, inputs), true);
    const next = await update(after, inputs);
    assert.deepEqual([next.problem, next.action], [undefined, "present"]);
  });

  it("are pushed again where the bucket was emptied: it takes and gives the sentinel", async () => {
    const { zot, inputs, outs } = await seeded();
    zot.empty();
    const seen = await refresh(outs);
    assert.match(seen.problem ?? "", /was emptied/);
    const after = await update(seen, inputs);
    assert.match(after.problem ?? "", /\/nowhere\/app\.tar/, "it got as far as the archive");
    assert.deepEqual(zot.tags(), [sentinel]);
  });

  it("are gone for a refresh where they are, and the bucket answers", async () => {
    const { zot, outs } = await seeded();
    zot.empty();
    fill(zot, "team/other", "1.0", sentinel);
    const { problem } = await refresh(outs);
    assert.equal(problem, "team/app:1.0 is gone");
  });

  it("stop in the middle where the bucket goes away between two requests", async () => {
    const { zot, inputs, outs } = await seeded();
    // The sentinel was found, and the manifest; its config is said to be unknown.
    zot.before((line) => {
      if (line.startsWith("GET /v2/team/app/blobs/")) zot.setAway(true);
    });
    const after = await update(outs, inputs);
    assert.match(after.problem ?? "", away);
    assert.deepEqual(zot.tags(), ["team/app:1.0", sentinel]);
    assert.deepEqual(zot.writes(), []);
  });

  it("take a 404 for absent where the endpoint has no sentinel, as ever", async () => {
    const { zot, inputs } = await seeded();
    const plain = { ...inputs, endpoint: { via: "address" as const, url: zot.url } };
    zot.setAway(true);
    const { problem } = await create(plain);
    assert.match(problem ?? "", /\/nowhere\/app\.tar/);
    assert.deepEqual(zot.writes(), []);
  });
});
