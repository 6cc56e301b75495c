import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useScratch } from "../images/scratch";
import { skipWithout } from "../support/skip";
import { withShortNames } from "../support/workflows/act";
import { folder, forges, read } from "../support/workflows/files";
import { Team } from "../support/workflows/team";

const events: Readonly<Record<string, "pull_request" | "push">> = {
  "preview.yaml": "pull_request",
  "deploy.yaml": "push",
};
/** A pull request from a branch of the same repository. */
const payload = {
  number: 7,
  pull_request: { number: 7, head: { repo: { full_name: "team/fleet" } } },
};

describe("workflows by act: their files", function () {
  const scratch = useScratch();
  let team: Team;

  before(function () {
    for (const tool of ["act", "git"]) skipWithout(tool, this);
    mkdirSync(scratch("home"));
    team = new Team(scratch("team"));
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

  for (const forge of forges)
    for (const file of readdirSync(join(folder, forge)))
      it(`${forge}/${file} reports the step that failed, and does nothing after it but tidy up`, async () => {
        const { ok, steps, log } = await team.run(forge, file, {
          event: events[file] ?? "schedule",
          payload,
          secrets: {},
          env: { NPM_AWAY: "1" },
        });
        assert.ok(!ok);
        assert.notDeepEqual(steps, {}, log);
        for (const job of Object.values(steps)) {
          const failed = Object.entries(job).filter(([, end]) => end !== "success");
          assert.deepEqual(failed, [["npm ci", "failure"]], log);
          assert.match(
            Object.keys(job)
              .slice(Object.keys(job).indexOf("npm ci") + 1)
              .join(),
            /^Leave no \w+ on the runner$/,
          );
        }
      });

  it("are refused for a key that no runner knows", async () => {
    const wrong = read("github", "deploy.yaml").replace("timeout-minutes", "timeout-minuets");
    assert.match(await validate(wrong), /Unknown Property timeout-minuets/);
  });
});
