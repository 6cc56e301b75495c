import assert from "node:assert/strict";
import { join } from "node:path";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { startLocal } from "../support/localRun";
import { eachLocalRegistry, writesIn } from "../support/localSuite";
import { assertPrinted, blocksOf } from "../support/pageBlocks";

eachLocalRegistry("a run", ({ kind, folder, run, log }) => {
  let first: string[];

  it("makes, seeds and verifies a registry", async () => {
    const { code, report, stderr } = await run();
    assert.equal(code, 0, stderr);
    const { registry, changes, seeded, checks, results } = report();
    assert.equal(registry.kind, kind);
    assert.match(registry.version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(changes, { create: 5, update: 0, delete: 0, same: 0 });
    assert.deepEqual(
      seeded.map(({ image, tags, action }) => [image, tags, action]),
      [
        ["demo/hello", ["1.0", "latest"], "pushed"],
        ["demo/world", ["1.0", "latest"], "pushed"],
      ],
    );
    assert.equal(checks.failed, 0);
    assert.equal(results.length, checks.passed + checks.warning + checks.failed + checks.skipped);
    first = results.map((result) => `${result.status} ${result.code}`);
    for (const one of ["ZF101", "ZF201", "ZF202", "ZF203", "ZF301", "ZF302", "ZF303"])
      assert.ok(first.includes(`passed ${one}`), one);
  });

  it("changes nothing the second time, writes nothing to the registry, and looks at all of it again", async () => {
    const before = log().length;
    const { code, report } = await run();
    assert.equal(code, 0);
    assert.deepEqual(report().changes, { create: 0, update: 0, delete: 0, same: 5 });
    assert.deepEqual(
      report().seeded.map(({ action }) => action),
      ["present", "present"],
    );
    const since = log().slice(before);
    assert.match(since, /GET/);
    assert.deepEqual(writesIn(since), []);
    assert.deepEqual(
      report().results.map((result) => `${result.status} ${result.code}`),
      first,
    );
  });

  it("seeds an archive that is given", async () => {
    const archive = join(folder, "given.tar");
    await writeDemoArchive(archive, {
      platform: "linux/arm64",
      repoTag: "x:1",
      files: { "a.txt": "a" },
    });
    const { code, report } = await run(["--seed", `${archive}=team/app:3f2a91c`]);
    assert.equal(code, 0);
    const [seed] = report().seeded.slice(-1);
    assert.deepEqual([seed?.image, seed?.tags, seed?.action], ["team/app", ["3f2a91c"], "pushed"]);
    assert.match(seed?.digest ?? "", /^sha256:/);
  });
});

eachLocalRegistry("what a person reads", ({ kind, place }) => {
  it("is what docs/local.md shows of it", async function () {
    const { code, stdout, stderr } = await startLocal(["--once", ...place()]).result;
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`\\(${kind} [\\d.]+\\)\n`));
    // The page is of Zot, in the usual place.
    if (kind !== "zot") return;
    const usual = stdout
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:5050")
      .replaceAll(/ --folder \S+/g, "");
    const [block] = blocksOf("docs/local.md").filter(({ language }) => language === "");
    assertPrinted(block?.text ?? "", usual);
  });
});
