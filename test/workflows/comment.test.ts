import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { marker } from "../../src/reports/preview/comment";
import { Gitea } from "../support/gitea";
import { isSkipped, skipWithout } from "../support/skip";
import { asGitHub } from "../support/workflows/asGitHub";
import type { ActRun } from "../support/workflows/act";
import { forges } from "../support/workflows/files";
import { Team, type Forge, type TeamRun } from "../support/workflows/team";

/** Whose tokens the runs have, and who comments besides. */
const [fleet, mallory] = ["fleet-bot", "mallory"] as const;

const others = Array.from({ length: 61 }, (_, other) => `${marker}\ncomment ${other}`);

/** One stack alone: that of a cluster takes a while, and `lisbon`, which has no state, fails at once. */
const withOnly =
  (stack: string) =>
  (words: string): string => {
    const away = ["ottawa", "nairobi", "lisbon"].filter((each) => each !== stack);
    const step = `      - run: rm ${away.map((each) => `stacks/Pulumi.${each}.yaml`).join(" ")}\n`;
    return words.replace("      - run: npm ci\n", (ci) => step + ci);
  };

describe("workflows by act: the comment of a preview", function () {
  this.timeout(0);
  let folder: string;
  let team: Team;
  let gitea: Gitea;
  let github: Server;
  const tokens = { writes: "", reads: "", mallory: "" };

  before(async function () {
    for (const tool of ["act", "git", "pulumi", "pulumi-language-nodejs", "docker-registry"])
      skipWithout(tool, this);
    const command = skipWithout("gitea", this);
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-comment-"));
    gitea = await Gitea.start(command, join(folder, "gitea"));
    for (const name of [fleet, mallory]) await gitea.person(name);
    tokens.writes = await gitea.token(fleet, "write:issue", "read:user");
    tokens.reads = await gitea.token(fleet, "read:issue", "read:user");
    tokens.mallory = await gitea.token(mallory, "write:issue");
    github = createServer(asGitHub(gitea.url, fleet)).listen(0, "127.0.0.1");
    await once(github, "listening");
    team = new Team(join(folder, "team"));
    await team.openStacks();
  });

  after(async function () {
    if (isSkipped(this)) return;
    await team.close();
    github.close();
    await gitea.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const apiOf = (forge: Forge) =>
    forge === "github"
      ? `http://127.0.0.1:${(github.address() as AddressInfo).port}`
      : `${gitea.url}/api/v1`;

  for (const forge of forges)
    describe(forge, () => {
      let number: number;
      before(async () => {
        number = await gitea.pullRequest(fleet, forge);
        // More than GitHub gives at once, each with our marker.
        for (const other of others) await gitea.comment(tokens.mallory, where(), other);
      });

      const where = () => `${fleet}/${forge}/issues/${number}`;

      const preview = (run: Partial<TeamRun> = {}): Promise<ActRun> =>
        team.run(forge, "preview.yaml", {
          token: tokens.writes,
          ...run,
          event: "pull_request",
          payload: {
            number,
            pull_request: { number, head: { repo: { full_name: `${fleet}/${forge}` } } },
          },
          env: {
            GITHUB_API_URL: apiOf(forge),
            GITHUB_REPOSITORY: `${fleet}/${forge}`,
            ...run.env,
          },
        });

      const ours = async () =>
        (await gitea.comments(where())).filter(({ user }) => user.login === fleet);

      it("refuses a token that may only read in words that say so, with the report in the log", async () => {
        const { ok, steps, log } = await preview({ token: tokens.reads, edit: withOnly("lisbon") });
        assert.ok(!ok);
        assert.equal(steps["preview"]?.["Comment"], "failure", log);
        assert.match(
          log,
          /comments is answered 403: the token must be one that may write comments/,
        );
        assert.match(log, /Registries: 0 of 1 cluster change, 1 cannot be previewed/);
        assert.deepEqual(await ours(), []);
      });

      it("is made, and changes nothing in the state", async () => {
        const before = team.state();
        const { ok, log } = await preview({ edit: withOnly("ottawa") });
        assert.ok(ok, log);
        assert.deepEqual(team.state(), before);
        const [comment, ...more] = await ours();
        assert.deepEqual(more, []);
        assert.match(comment?.body ?? "", new RegExp(`^${marker}\\n`));
        assert.match(comment?.body ?? "", /Registries: 1 of 1 cluster changes/);
      });

      it("stays one after more than a page of others, and tells of a stack that cannot be previewed", async () => {
        const [first] = await ours();
        const { ok, steps, log } = await preview({ edit: withOnly("lisbon") });
        assert.ok(!ok);
        assert.equal(steps["preview"]?.["Comment"], "failure", log);
        const [comment, ...more] = await ours();
        assert.deepEqual([comment?.id, more], [first?.id, []]);
        assert.match(comment?.body ?? "", /1 cannot be previewed/);
        const theirs = (await gitea.comments(where())).filter(({ user }) => user.login === mallory);
        assert.deepEqual(
          theirs.map(({ body }) => body),
          others,
        );
      });
    });
});
