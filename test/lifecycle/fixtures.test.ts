import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadFixture, type LoadedFixture } from "../support/lifecycle/fixture";
import { skipWithout } from "../support/skip";

const fixtures = join(__dirname, "../fixtures/states");

/** Made of the state alone: no object of the cluster changes with it. The engine counts its own default providers. */
const ofTheState =
  /^(create pulumi-nodejs:dynamic\/zot-fleet:|(create|update) pulumi:providers:\S+ default\S* )/;

describe("states and stack files of earlier versions", function () {
  this.timeout(0);

  for (const name of readdirSync(fixtures))
    describe(name, () => {
      let folder: string;
      let fixture: LoadedFixture;
      before(async function () {
        for (const tool of ["pulumi", "docker-registry", "skopeo"]) skipWithout(tool, this);
        folder = mkdtempSync(join(tmpdir(), "zot-fleet-fixture-"));
        fixture = await loadFixture(join(fixtures, name), folder);
      });
      after(async () => {
        await (fixture as LoadedFixture | undefined)?.close();
        rmSync(folder, { recursive: true, force: true });
      });

      it("are previewed without a change of any object", async () => {
        const { ok, steps, output } = await fixture.project.preview();
        assert.ok(ok, output);
        const others = steps.map(
          ({ op, type, name: of, diffs }) => `${op} ${type} ${of} ${diffs.join(" ")}`,
        );
        assert.deepEqual(
          others.filter((line) => !ofTheState.test(line)),
          [],
        );
      });

      it("are deployed, and the preview after it is empty", async () => {
        const { cluster, project } = fixture;
        const [starts, asked] = [cluster.pod.starts, cluster.api.asked.length];
        const run = await project.up();
        assert.ok(run.ok, run.output);
        assert.deepEqual(cluster.api.asked.slice(asked), [], "objects of the cluster that changed");
        assert.equal(cluster.pod.starts, starts, "the pod was restarted");
        const preview = await project.preview();
        assert.ok(preview.ok, preview.output);
        assert.deepEqual(preview.steps, []);
      });
    });
});
