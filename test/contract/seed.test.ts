import assert from "node:assert/strict";
import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { SeedOutputs } from "../../src/resources/seed";
import { isIndex } from "../../src/images/manifest";
import { useScratch } from "../images/scratch";
import { describeEachRegistry } from "../support/eachRegistry";
import { changes, create, lockedPlatform, remove, seedInputs, update } from "../support/seeding";
import { skipWithout } from "../support/skip";

describeEachRegistry("seeding", (fixture) => {
  const scratch = useScratch();

  it("pushes one platform under all tags, and nothing the second time", async () => {
    const platforms = [await lockedPlatform(scratch("one.tar"), { platform: "linux/amd64" })];
    const inputs = seedInputs(fixture.registry.url, { repository: "one/app", platforms });
    const outs = await create(inputs);
    assert.equal(outs.problem, undefined);
    assert.equal(outs.action, "pushed");
    for (const tag of inputs.tags)
      assert.equal(await fixture.digestOf("one/app", tag), outs.digest);
    // A machine that never pushed: its archives are not even there.
    rmSync(scratch("one.tar"));
    let again: SeedOutputs | undefined;
    assert.deepEqual(await fixture.written(async () => (again = await create(inputs))), []);
    assert.deepEqual([again?.action, again?.digest], ["present", outs.digest]);
  });

  it("makes an index of several platforms, arm variants among them", async () => {
    const wanted = ["linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7"];
    const platforms = await Promise.all(
      wanted.map((platform) =>
        lockedPlatform(scratch(`${platform.replaceAll("/", "-")}.tar`), { platform }),
      ),
    );
    const inputs = seedInputs(fixture.registry.url, { repository: "many/app", platforms });
    const outs = await create(inputs);
    assert.equal(outs.problem, undefined);
    const index = await fixture.client.getManifest("many/app", "latest");
    assert.ok(index && isIndex(index.document));
    assert.equal(index.digest, outs.digest);
    const found = index.document.manifests.map(({ digest, platform }) => [
      digest,
      platform?.architecture,
      platform?.variant,
    ]);
    assert.deepEqual(found, [
      [await fixture.digestOf("many/app", "1.0-amd64"), "amd64", undefined],
      [await fixture.digestOf("many/app", "1.0-arm64"), "arm64", undefined],
      [await fixture.digestOf("many/app", "1.0-armv6"), "arm", "v6"],
      [await fixture.digestOf("many/app", "1.0-armv7"), "arm", "v7"],
    ]);
    assert.deepEqual(await fixture.written(() => create(inputs)), []);
  });

  it("makes the index that crane makes of the same children", async function () {
    const crane = skipWithout("crane", this);
    const { host } = fixture.registry;
    const { HOME: _, ...env } = process.env;
    const options = {
      env: { ...env, DOCKER_CONFIG: scratch("docker") },
      input: "secret",
      stdio: ["pipe", "ignore", "ignore"],
    } satisfies ExecFileSyncOptions;
    execFileSync(crane, ["auth", "login", host, "-u", "admin", "--password-stdin"], options);
    const children = ["amd64", "arm64", "armv6", "armv7"].flatMap((suffix) => [
      "-m",
      `${host}/many/app:1.0-${suffix}`,
    ]);
    execFileSync(
      crane,
      ["index", "append", "--insecure", ...children, "-t", `${host}/many/app:crane`],
      options,
    );
    assert.equal(
      await fixture.digestOf("many/app", "crane"),
      await fixture.digestOf("many/app", "1.0"),
    );
  });

  it("does only what is missing", async () => {
    const platforms = await Promise.all(
      ["linux/amd64", "linux/arm64"].map((platform) =>
        lockedPlatform(scratch(`part-${platform.slice(6)}.tar`), { platform }),
      ),
    );
    const whole = seedInputs(fixture.registry.url, { repository: "part/app", platforms });
    await create({ ...whole, tags: ["2.0"] });
    // Both platforms are there under their own tags: a new tag is one PUT of the index.
    const more = await fixture.written(() => create({ ...whole, tags: ["2.0", "stable"] }));
    assert.deepEqual(more, ["PUT /v2/part/app/manifests/stable"]);
  });

  it("refuses a platform that is not the promised one before anything is pushed", async () => {
    const amd64 = await lockedPlatform(scratch("right.tar"), { platform: "linux/amd64" });
    const wrong = await lockedPlatform(scratch("wrong.tar"), { platform: "linux/s390x" });
    const inputs = seedInputs(fixture.registry.url, {
      repository: "wrong/app",
      platforms: [amd64, { ...wrong, platform: "linux/arm64" }],
    });
    let outs: SeedOutputs | undefined;
    assert.deepEqual(await fixture.written(async () => (outs = await create(inputs))), []);
    assert.match(
      outs?.problem ?? "",
      /wrong\.tar: the image is for linux\/s390x, the seed promises linux\/arm64/,
    );
    assert.equal(outs && (await changes(outs, inputs)), true, "the next deployment tries again");
  });

  it("refuses an archive that is not the locked one", async () => {
    const locked = await lockedPlatform(scratch("locked.tar"), { platform: "linux/amd64" });
    await lockedPlatform(scratch("locked.tar"), { platform: "linux/amd64", env: ["NEW=1"] });
    const inputs = seedInputs(fixture.registry.url, {
      repository: "locked/app",
      platforms: [locked],
    });
    let outs: SeedOutputs | undefined;
    assert.deepEqual(await fixture.written(async () => (outs = await create(inputs))), []);
    assert.match(
      outs?.problem ?? "",
      /locked\.tar: the image is sha256:\w+, the lock has sha256:\w+/,
    );
  });

  it("pushes two images that differ in their environment alone, and tells them apart", async () => {
    const one = await lockedPlatform(scratch("env1.tar"), {
      platform: "linux/amd64",
      env: ["A=1"],
    });
    const two = await lockedPlatform(scratch("env2.tar"), {
      platform: "linux/amd64",
      env: ["A=2"],
    });
    const inputs = seedInputs(fixture.registry.url, { repository: "env/app", platforms: [one] });
    const first = await create(inputs);
    const second = await update(first, { ...inputs, platforms: [two] });
    assert.equal(second.problem, undefined);
    assert.notEqual(second.digest, first.digest);
    assert.equal(await fixture.digestOf("env/app", "latest"), second.digest);
  });

  it("keeps the image when its seed goes, and removes it where it is asked to, but not what moved", async () => {
    const platforms = [await lockedPlatform(scratch("gone.tar"), { platform: "linux/amd64" })];
    const inputs = seedInputs(fixture.registry.url, { repository: "gone/app", platforms });
    const outs = await create(inputs);
    await remove(outs);
    assert.equal(await fixture.digestOf("gone/app", "1.0"), outs.digest);
    const others = [
      await lockedPlatform(scratch("stays.tar"), { platform: "linux/amd64", env: ["B=1"] }),
    ];
    const moved = await create({ ...inputs, platforms: others, tags: ["latest"] });
    await remove({ ...outs, onRemove: "delete" });
    assert.equal(await fixture.digestOf("gone/app", "1.0"), undefined, "the tag is removed");
    assert.equal(await fixture.digestOf("gone/app", "latest"), moved.digest);
  });

  it("keeps the digest that is at the registry when a seeding fails, and goes on from it", async () => {
    const platforms = [await lockedPlatform(scratch("kept.tar"), { platform: "linux/amd64" })];
    const inputs = seedInputs(fixture.registry.url, {
      repository: "kept/app",
      platforms,
      onMoved: "tell",
    });
    const first = await create(inputs);
    const next = [
      await lockedPlatform(scratch("next.tar"), { platform: "linux/amd64", env: ["D=1"] }),
    ];
    rmSync(scratch("next.tar"));
    const failed = await update(first, { ...inputs, platforms: next });
    assert.match(failed.problem ?? "", /next\.tar: found no such file/);
    assert.equal(failed.digest, first.digest);
    assert.deepEqual(failed.children, first.children);
    await lockedPlatform(scratch("next.tar"), { platform: "linux/amd64", env: ["D=1"] });
    const mended = await update(failed, { ...inputs, platforms: next });
    assert.equal(mended.problem, undefined);
    assert.notEqual(mended.digest, first.digest);
  });

  it("tells a wrong password as the registry does, without the password", async () => {
    const platforms = [await lockedPlatform(scratch("auth.tar"), { platform: "linux/amd64" })];
    const credentials = { username: "admin", password: "canary-password" };
    const { problem } = await create(seedInputs(fixture.registry.url, { platforms, credentials }));
    assert.match(problem ?? "", /401/);
    assert.doesNotMatch(problem ?? "", /canary/);
  });

  it("leaves nothing in the temporary folder", () => {
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith(`zot-fleet-${process.pid}-`)),
      [],
    );
  });
});
