import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import type { SeedOutputs } from "../../src/resources/seed";
import { requireTool } from "../../src/system/tools";
import { tarHeader } from "../../src/images/archives/tarWriter";
import { useScratch } from "../images/scratch";
import { describeEachRegistry } from "../support/eachRegistry";
import { create, lockedPlatform, seedInputs, update } from "../support/seeding";

describeEachRegistry("seeding, the lock", (fixture) => {
  const scratch = useScratch();
  const path = process.env["PATH"];
  afterEach(() => {
    process.env["PATH"] = path;
  });

  const amd64 = "linux/amd64";
  const locked = (name: string, env: string) =>
    lockedPlatform(scratch(name), { platform: amd64, env: [`IMAGE=${env}`] });

  async function tagsOf(repository: string): Promise<string[]> {
    const tags: string[] = [];
    for await (const tag of fixture.client.tags(repository)) tags.push(tag);
    return tags.sort();
  }

  /** Has `command` run before skopeo whenever that is called. */
  function beforeSkopeo(command: string): void {
    const folder = scratch("bin");
    mkdirSync(folder, { recursive: true });
    const script = `#!/bin/sh\n${command}\nexec ${requireTool("skopeo")} "$@"\n`;
    writeFileSync(`${folder}/skopeo`, script);
    chmodSync(`${folder}/skopeo`, 0o755);
    process.env["PATH"] = `${folder}${delimiter}${path ?? ""}`;
  }

  it("is not passed by an archive that two readers of tars take for two images", async () => {
    const ours = await locked("ours.tar", "ours");
    const theirs = await locked("theirs.tar", "theirs");
    // Go takes an entry of type 0 for a file whatever its name; others take `x/` for a folder, which has no content.
    const inner = readFileSync(ours.archive);
    const two = scratch("two.tar");
    writeFileSync(
      two,
      Buffer.concat([asFile("x/", inner.length), inner, readFileSync(theirs.archive)]),
    );
    const inputs = seedInputs(fixture.registry.url, {
      repository: "two/app",
      platforms: [{ ...ours, archive: two }],
    });
    let outs: SeedOutputs | undefined;
    assert.deepEqual(await fixture.written(async () => (outs = await create(inputs))), []);
    assert.match(outs?.problem ?? "", /two\.tar: the image is sha256:\w+, the lock has sha256:/);
  });

  it("is not passed by an archive that is written over between the check and the push", async () => {
    const first = await locked("first.tar", "first");
    const wanted = await locked("wanted.tar", "wanted");
    const other = await locked("other.tar", "other");
    const inputs = seedInputs(fixture.registry.url, {
      repository: "swapped/app",
      platforms: [first],
      onMoved: "tell",
    });
    const before = await create(inputs);
    assert.equal(before.problem, undefined);
    beforeSkopeo(`cat ${other.archive} > ${wanted.archive}`);
    const after = await update(before, { ...inputs, platforms: [wanted] });
    for (const tag of inputs.tags)
      assert.equal(await fixture.digestOf("swapped/app", tag), before.digest, `${tag} moved`);
    assert.match(after.problem ?? "", /wanted\.tar was changed while it was pushed/);
    assert.deepEqual(await tagsOf("swapped/app"), ["1.0", "latest"]);
    // What failed is not in the way of what comes: the tags are still ours.
    process.env["PATH"] = path;
    const mended = await update(after, {
      ...inputs,
      platforms: [await locked("wanted.tar", "wanted")],
    });
    assert.equal(mended.problem, undefined);
    assert.notEqual(mended.digest, before.digest);
  });

  it("pushes the file that it checked, where another one takes its name meanwhile", async () => {
    const wanted = await locked("named.tar", "wanted");
    const other = await locked("another.tar", "other");
    beforeSkopeo(
      `cp ${other.archive} ${other.archive}.new && mv ${other.archive}.new ${wanted.archive}`,
    );
    const inputs = seedInputs(fixture.registry.url, {
      repository: "renamed/app",
      platforms: [wanted],
    });
    const outs = await create(inputs);
    assert.equal(outs.problem, undefined);
    assert.deepEqual(await tagsOf("renamed/app"), ["1.0", "latest"]);
  });
});

/** A header of type 0 for any name: the writer's own library makes a folder of `x/`. */
function asFile(name: string, size: number): Buffer {
  const header = tarHeader("x", size);
  header.write(name);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
