import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useScratch } from "../images/scratch";
import { samplesFolder, sampleText } from "../reports/preview/samples";
import { fleet } from "./fleet";

const path = (name: string) => join(samplesFolder, `${name}.json`);

describe("preview-report, run", function () {
  const scratch = useScratch();

  it("makes one comment of files and standard input, and writes it down", async () => {
    const report = scratch("comment.md");
    const found = await fleet(["preview-report", path("rotation"), "-", "--report", report], {
      input: sampleText("unchanged"),
    });
    assert.equal(found.code, 0, found.stderr);
    assert.match(found.stdout, /Registries: 1 of 2 clusters changes\n/);
    assert.equal(readFileSync(report, "utf8"), found.stdout);
  });

  it("ends with 1 where a preview failed, one that wrote nothing too", async () => {
    const empty = scratch("oslo.json");
    writeFileSync(empty, "");
    const found = await fleet(["preview-report", path("refused"), empty]);
    assert.equal(found.code, 1);
    assert.match(found.stdout, /`tokyo`: cannot be previewed/);
    assert.match(found.stdout, /`oslo`: cannot be previewed\n\n```\npulumi wrote no preview/);
  });

  it("ends with 2 for what is no preview, or is not there", async () => {
    const wrong = await fleet(["preview-report", join(samplesFolder, "README.md")]);
    assert.match(wrong.stderr, /README\.md is not what "pulumi preview --json" writes/);
    const none = await fleet(["preview-report", "nowhere.json"]);
    assert.match(none.stderr, /ENOENT/);
    assert.deepEqual([wrong.code, none.code], [2, 2]);
  });
});
