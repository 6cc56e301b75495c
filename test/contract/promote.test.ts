import assert from "node:assert/strict";
import { collect } from "../support/fakeRegistry";
import { here, there, users, usePromotion } from "../support/promotion";
import { promotedInputs, pushRelease } from "../support/release";
import { changes, create, refresh, remove, update } from "../support/seeding";

describe("promotion, from one zot to another", function () {
  this.timeout(120_000);
  const zots = usePromotion();

  it("copies an index with all that belongs to it, and then asks its source for nothing", async () => {
    const pushed = await pushRelease(zots.atAccra, there, "1.4");
    const inputs = await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra);
    const outs = await create(inputs);
    assert.equal(outs.problem, undefined);
    assert.deepEqual([outs.action, outs.digest], ["pushed", pushed.index]);
    await zots.assertSame(pushed);
    const tags = await collect(zots.atOttawa.tags(here));
    assert.deepEqual(tags.sort(), ["1.4", pushed.cosign.tag].sort(), "and no tag of ours");

    let again = outs;
    const found = await zots.asked(async () => (again = await update(outs, inputs)));
    assert.deepEqual([again.action, again.problem], ["present", undefined]);
    assert.deepEqual(found.accra, []);
    const manifest = (reference: string) => `HEAD /v2/${here}/manifests/${reference}`;
    const referrers = (subject: string) => `GET /v2/${here}/referrers/${subject}`;
    const { "linux/amd64": amd64, "linux/arm64": arm64 } = pushed.children;
    assert.deepEqual(
      found.ottawa.filter((line) => line.includes(here)).sort(),
      [
        ...[manifest("1.4"), manifest(pushed.cosign.tag), manifest(amd64), manifest(arm64)],
        ...[pushed.index, amd64, pushed.sbom].map(referrers),
      ].sort(),
    );
    assert.equal(await changes(again, inputs), false);
    assert.equal((await refresh(again)).problem, undefined);
  });

  it("works for an account that may create and not overwrite", async () => {
    const pushed = await pushRelease(zots.atAccra, there, "1.5", { content: "created" });
    const credentials = { username: "creator", password: users.creator };
    const inputs = await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra, "1.5", {
      credentials,
    });
    const outs = await create(inputs);
    assert.equal(outs.problem, undefined);
    await zots.assertSame(pushed, "1.5");
    const again = await update(outs, inputs);
    assert.deepEqual([again.action, again.problem], ["present", undefined]);
  });

  it("brings what was lost beside a tag that is right, and nothing else", async () => {
    const pushed = await pushRelease(zots.atAccra, there, "1.4", { content: "lost" });
    const inputs = await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra);
    const outs = await create(inputs);
    await zots.atOttawa.deleteManifest(here, pushed.sbomSignature);
    await zots.atOttawa.deleteManifest(here, pushed.cosign.tag);
    const props = await refresh(outs);
    assert.match(props.problem ?? "", new RegExp(`${pushed.sbomSignature} is gone`));
    assert.match(props.problem ?? "", new RegExp(`${pushed.cosign.tag} is gone`));
    assert.equal(await changes(props, inputs), true);
    let mended = props;
    const found = await zots.asked(async () => (mended = await update(props, inputs)));
    assert.equal(mended.problem, undefined);
    await zots.assertSame(pushed);
    const read = found.accra.filter((line) => line.includes("/manifests/"));
    // What cosign's tag held is here yet, without a tag.
    assert.deepEqual(
      [...new Set(read.map((line) => line.replace(/^\S+ .*\//, "")))],
      [pushed.sbomSignature],
    );
  });

  it("puts a moved tag back without its source, or tells of it", async () => {
    const pushed = await pushRelease(zots.atAccra, there, "1.4", { content: "moved" });
    const inputs = await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra);
    const outs = await create(inputs);
    const theirs = await pushRelease(zots.atOttawa, here, "1.4", { content: "theirs" });
    const props = await refresh(outs);
    assert.match(props.problem ?? "", new RegExp(`team/app:1\\.4 moved to ${theirs.index}`));
    const told = await update({ ...props, onMoved: "tell" }, { ...inputs, onMoved: "tell" });
    assert.match(told.problem ?? "", /team\/app:1\.4 is at sha256:\w+, which this stack did not/);
    assert.equal(await zots.heldAt(zots.atOttawa, here, "1.4"), theirs.index);
    const mended = await update(told, inputs);
    assert.equal(mended.problem, undefined);
    await zots.assertSame(pushed);
  });

  it("follows a lock that moved, and takes back no tag of the stack's own for somebody else's", async () => {
    await pushRelease(zots.atAccra, there, "1.4", { content: "before" });
    const before = await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra, "1.4", {
      onMoved: "tell",
    });
    const outs = await create(before);
    const pushed = await pushRelease(zots.atAccra, there, "1.4", { content: "after" });
    const after = await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra, "1.4", {
      onMoved: "tell",
    });
    assert.equal(await changes(outs, after), true);
    const moved = await update(outs, after);
    assert.equal(moved.problem, undefined);
    await zots.assertSame(pushed);
    await remove({ ...moved, onRemove: "delete" });
    const left = await collect(zots.atOttawa.tags(here)).catch((): string[] => []);
    assert.ok(!left.includes("1.4") && !left.includes(pushed.cosign.tag), left.join(" "));
  });

  it("needs its source for what is missing alone, and says which source and why", async () => {
    await pushRelease(zots.atAccra, there, "1.4", { content: "away" });
    const inputs = await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra);
    const outs = await create(inputs);
    const away = (seed: typeof inputs): typeof inputs => ({
      ...seed,
      ...(seed.promoted && {
        promoted: { ...seed.promoted, address: { url: "http://127.0.0.1:9" } },
      }),
    });
    assert.equal((await update(outs, away(inputs))).problem, undefined);
    const pushed = await pushRelease(zots.atAccra, there, "1.4", { content: "away, another" });
    const other = await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra);
    const failed = await update(outs, away(other));
    assert.match(
      failed.problem ?? "",
      /the source accra is needed for sha256:\w+, which is not here/,
    );
    assert.match(failed.problem ?? "", /127\.0\.0\.1:9.*No tag was moved\.$/);
    assert.equal(await zots.heldAt(zots.atOttawa, here, "1.4"), outs.digest);
    const denied = {
      ...other,
      sourceCredentials: { username: "reader", password: "wrong-canary" },
    };
    const refused = await update(failed, denied);
    assert.match(refused.problem ?? "", /401/);
    assert.doesNotMatch(refused.problem ?? "", /canary/);
    assert.equal((await update(refused, other)).problem, undefined);
    await zots.assertSame(pushed);
  });

  it("says what its source has no more", async () => {
    const { index } = await pushRelease(zots.atAccra, there, "1.6", { content: "gone" });
    const inputs = await promotedInputs(zots.ottawa.url, zots.source, zots.atAccra, "1.6");
    await zots.atAccra.deleteManifest(there, index);
    const { problem } = await create(inputs);
    assert.match(problem ?? "", /the source accra has fleet\/team\/app@sha256:\w+ no more/);
    assert.equal(await zots.heldAt(zots.atOttawa, here, "1.6"), undefined);
  });
});
