import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSkipped, skipWithout } from "../support/skip";
import { forges } from "../support/workflows/files";
import { Team } from "../support/workflows/team";

const night = { event: "schedule", matrix: "stack:ottawa" } as const;

/** The file of the first forge meets clusters without a registry, that of the other one what the first has left. */
describe("workflows by act: what they do to clusters", function () {
  this.timeout(0);
  let folder: string;
  let team: Team;

  before(async function () {
    for (const tool of ["act", "git", "pulumi", "pulumi-language-nodejs", "docker-registry"])
      skipWithout(tool, this);
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-workflows-"));
    team = new Team(folder);
    await team.openStacks();
  });

  after(async function () {
    if (isSkipped(this)) return;
    await team.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const forge of forges) {
    it(`${forge}/deploy.yaml deploys each stack for itself, and fails for the one that cannot be`, async () => {
      const { ok, steps, log } = await team.run(forge, "deploy.yaml", {
        event: "push",
        payload: { ref: "refs/heads/main" },
      });
      const ends = Object.entries(steps).map(([job, { Deploy }]) => [job, Deploy]);
      assert.deepEqual(
        Object.fromEntries(ends),
        {
          "deploy ottawa": "success",
          "deploy lisbon": "failure",
          "deploy nairobi": "success",
        },
        log,
      );
      assert.ok(!ok);
      assert.match(log, /no stack named 'lisbon' found/);
      for (const { pod } of Object.values(team.clusters)) assert.equal(pod.starts, 1);
    });

    it(`${forge}/drift.yaml finds none in what was deployed, and changes nothing in the state`, async () => {
      const before = team.state();
      const { ok, log } = await team.run(forge, "drift.yaml", night);
      assert.ok(ok, log);
      assert.match(log, /0 of 1 cluster change/);
      assert.deepEqual(team.state(), before);
    });

    it(`${forge}/drift.yaml fails for what somebody changed, and says what`, async () => {
      const { ottawa } = team.clusters;
      const path = "/api/v1/namespaces/apps/secrets/zot-pull-secret";
      const before = ottawa.api.get(path);
      assert.ok(before);
      ottawa.api.put({ ...before, data: {} }, "somebody");
      const { ok, steps, log } = await team.run(forge, "drift.yaml", night);
      ottawa.api.put(before, "somebody");
      assert.ok(!ok);
      assert.equal(steps["drift ottawa"]?.["Look for drift"], "failure");
      assert.match(log, /1 of 1 cluster changes/);
    });

    it(`${forge}/status.yaml uploads the page, also where a stack was never deployed`, async () => {
      const { ok, log } = await team.run(forge, "status.yaml", { event: "schedule" });
      assert.ok(ok, log);
      const page = readFileSync(join(team.artifacts, "fleet.html"), "utf8");
      for (const stack of ["ottawa", "nairobi", "lisbon"]) assert.ok(page.includes(stack), stack);
      rmSync(join(team.artifacts, "fleet.html"));
    });

    it(`${forge}/renew-keys.yaml deploys after a refresh, and changes nothing without need`, async () => {
      const { ok, log } = await team.run(forge, "renew-keys.yaml", night);
      assert.ok(ok, log);
      assert.equal(team.clusters.ottawa.pod.starts, 1);
    });
  }
});
