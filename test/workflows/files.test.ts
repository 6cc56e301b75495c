import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useScratch } from "../images/scratch";
import { skipWithout } from "../support/skip";
import { withShortNames } from "../support/workflows/act";
import { folder, forges, read } from "../support/workflows/files";

describe("workflows by act: their files", function () {
  this.timeout(60_000);
  const scratch = useScratch();

  before(function () {
    skipWithout("act", this);
    mkdirSync(scratch("home"));
  });

  const validate = (words: string): Promise<string> => {
    const file = scratch("workflow.yaml");
    writeFileSync(file, withShortNames(words));
    const home = scratch("home");
    const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home };
    const args = ["--validate", "--strict", "--workflows", file];
    return new Promise((done) => {
      execFile("act", args, { env, cwd: home }, (error, stdout, stderr) => {
        done(error === null ? "" : stdout + stderr);
      });
    });
  };

  for (const forge of forges)
    for (const file of readdirSync(join(folder, forge)))
      it(`${forge}/${file} is a workflow, to the letter`, async () => {
        assert.equal(await validate(read(forge, file)), "");
      });

  it("are refused for a key that no runner knows", async () => {
    const wrong = read("github", "deploy.yaml").replace("timeout-minutes", "timeout-minuets");
    assert.match(await validate(wrong), /Unknown Property timeout-minuets/);
  });
});
