import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fleet } from "../../cli/fleet";
import { configuredZot, testZotConfig } from "../../support/configuredZot";
import { pushImage } from "../../support/push";
import { closeAll, type Undo } from "../../support/undo";
import { adminOf, copyStore, sweptZot } from "./sweep";

const cluster = { name: "x", context: "nowhere", domain: "x.test" };
const repository = "team/app";

describe("retention, run on a real Zot's log", function () {
  this.timeout(120_000);
  let folder: string;
  let log: string;
  const undo: Undo[] = [];

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "zot-fleet-plan-"));
    undo.push(() => rm(folder, { recursive: true }));
    mkdirSync(join(folder, "stacks"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: zot-fleet\n");
    const { zot, version } = await configuredZot(this);
    undo.push(() => zot.stop());
    const client = adminOf(zot);
    undo.push(() => client.close());
    for (const tag of ["v1", "v2", "pr-1", "latest"]) await pushImage(client, repository, tag, tag);
    await client.getManifest(repository, "v1");
    const store = join(folder, "storage");
    await copyStore(zot, store);
    const keep = [{ tags: ["latest"] }];
    const retention = { rules: [{ repositories: "team/**", keep }] };
    const swept = await sweptZot(testZotConfig({ version, retention }), store, repository);
    log = swept.log();
    await swept.stop();
  });

  after(() => closeAll(undo));

  /** Runs the command with the rules of a stack file, which need not be those in force. */
  function plan(config: object, ...args: string[]) {
    const text = JSON.stringify({ config: { "zot-fleet:cluster": cluster, ...config } });
    writeFileSync(join(folder, "stacks/Pulumi.x.yaml"), text);
    const all = ["retention", "--stack", "x", "--log", "-", ...args];
    return fleet(all, { cwd: folder, input: log });
  }

  const rules = (...keep: object[]) => ({
    "zot-fleet:retention": { rules: [{ repositories: "team/**", keep }] },
  });

  it("shows what the rules in force would delete", async () => {
    const { code, stdout, stderr } = await plan(rules({ tags: ["latest"] }));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^team\/app {2}\(told 20/m);
    assert.match(stdout, /^ {2}goes +pr-1 +pushed 20[\d: -]+ pulled never +no pattern names it$/m);
    assert.match(stdout, /^ {2}goes +v1 +pushed 20[\d: -]+ pulled 20/m);
    assert.ok(!stdout.includes("stays"), stdout);
    assert.match(
      stdout,
      /^Of 4 tags in 1 repository, 3 would go\. With dryRun nothing is deleted\.$/m,
    );
  });

  it("shows what other rules would delete, before they are deployed", async () => {
    const keep = [{ tags: ["v*"], mostRecentlyPushedCount: 1 }, { pushedWithin: "1h" }];
    const { code, stdout } = await plan(rules(...keep), "-o", "json");
    assert.equal(code, 0);
    const { repositories } = JSON.parse(stdout) as {
      repositories: { tags: { tag: string; fate: string }[] }[];
    };
    assert.deepEqual(
      repositories.flatMap(({ tags }) => tags.map(({ tag, fate }) => `${tag} ${fate}`)),
      ["latest kept", "pr-1 kept", "v1 deleted", "v2 kept"],
    );
  });

  it("writes the same for a pull request", async () => {
    const report = join(folder, "report.md");
    const { stdout } = await plan(
      rules({ tags: ["latest"] }),
      "-o",
      "markdown",
      "--report",
      report,
    );
    assert.match(stdout, /^\| team\/app \| pr-1 \| goes \| 20/m);
    assert.equal(readFileSync(report, "utf8"), stdout);
  });

  it("says where it could not look", async () => {
    const none = await plan({});
    assert.match(none.stderr, /x has no retention, so that every tag stays/);
    const wrong = await plan(rules({ pushedWithin: "1d" }, { tags: ["v*"] }));
    assert.match(wrong.stderr, /zot-fleet:retention\.rules\[0\]\.keep\[0\]/);
    log = "";
    const silent = await plan(rules({ pushedWithin: "1d" }));
    assert.match(silent.stderr, /Zot's log tells of no tags/);
    assert.deepEqual([none.code, wrong.code, silent.code], [2, 2, 3]);
  });
});
