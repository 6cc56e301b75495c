import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { parse } from "yaml";
import { marker } from "../../src/reports/preview/comment";
import { useScratch } from "../images/scratch";
import { useFakes } from "../support/fakeRegistry";
import { pageCommands } from "../support/pageBlocks";

const folder = join(__dirname, "../../workflows");
const forges = ["github", "forgejo"];
/** The one that knows no cluster, and deploys nothing. */
const backups = "backup.yaml";

interface Step {
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
}

interface Workflow {
  on: unknown;
  permissions?: Record<string, string>;
  jobs: Record<string, { steps: Step[] }>;
}

interface Comment {
  id: number;
  body: string;
  user: { id: number; login: string; type?: string };
}

/** The engine that the project is tested with. */
const enginesVersion = /pulumi\/pkg\/v3 v(\S+)/.exec(
  readFileSync(join(__dirname, "../../src/local/engine/go.mod"), "utf8"),
)?.[1];

const stepsOf = (words: string) =>
  Object.values((parse(words) as Workflow).jobs).flatMap(({ steps }) => steps);

const read = (forge: string, file: string) => readFileSync(join(folder, forge, file), "utf8");

/** Whose comments a run's own token writes. */
const ours = (github: boolean): Comment["user"] =>
  github
    ? { id: 41898282, login: "github-actions[bot]", type: "Bot" }
    : { id: -2, login: "forgejo-actions" };

describe("workflows", function () {
  this.timeout(30_000);
  const fakes = useFakes();
  const scratch = useScratch();

  for (const forge of forges) {
    for (const file of readdirSync(join(folder, forge))) {
      it(`${forge}/${file} says its rights and takes no secrets to forks`, () => {
        const words = read(forge, file);
        const { on, permissions } = parse(words) as Workflow;
        assert.match(words, /^# Rights$/m);
        assert.doesNotMatch(JSON.stringify(on), /pull_request_target/);
        if (forge !== "github") return;
        const comments = file === "preview.yaml" ? { "pull-requests": "write" } : {};
        assert.deepEqual(permissions, { contents: "read", ...comments });
      });

      it(`${forge}/${file} runs nothing that a moved tag could change`, () => {
        const words = read(forge, file);
        const used = stepsOf(words).flatMap(({ uses }) => uses ?? []);
        assert.ok(used.length > 0);
        for (const uses of used) {
          assert.match(uses, /@[0-9a-f]{40}$/);
          assert.match(
            words,
            new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+`),
            "its release is told",
          );
        }
        if (file === backups) return;
        const installs = stepsOf(words).find(({ uses = "" }) => uses.includes("pulumi/actions@"));
        assert.equal(installs?.with?.["pulumi-version"], enginesVersion);
      });

      it(`${forge}/${file} puts no secret into a command`, () => {
        const scripts = stepsOf(read(forge, file)).flatMap(({ run }) => run ?? []);
        assert.ok(scripts.length > 0);
        for (const script of scripts) assert.doesNotMatch(script, /\$\{\{/);
      });

      // A backup writes none into a file.
      if (file === backups) continue;
      it(`${forge}/${file} leaves no credential on the runner, also where a step fails`, async () => {
        const steps = stepsOf(read(forge, file));
        const last = steps.at(-1) ?? {};
        assert.equal(last.if, "always()");
        const [temp, bin, project] = ["temp", "bin", "project"].map((name) =>
          scratch(`${forge}-${file}-${name}`),
        );
        assert.ok(temp !== undefined && bin !== undefined && project !== undefined);
        mkdirSync(temp);
        mkdirSync(bin);
        mkdirSync(join(project, "stacks"), { recursive: true });
        writeFileSync(join(project, "stacks", "Pulumi.ottawa.yaml"), "{}\n");
        writeFileSync(
          join(bin, "pulumi"),
          '#!/bin/sh\ncat "$KUBECONFIG" >&2\necho "{}"\nexit 1\n',
          {
            mode: 0o755,
          },
        );
        for (const tool of ["npm", "node"])
          writeFileSync(join(bin, tool), '#!/bin/sh\ncat "$KUBECONFIG" >&2\nexit 1\n', {
            mode: 0o755,
          });
        const env = {
          PATH: `${bin}:${process.env["PATH"] ?? ""}`,
          RUNNER_TEMP: temp,
          KUBECONFIG_TEXT: "the-kubeconfig",
          STACK: "ottawa",
        };
        const run = async ({ run: script = "" }: Step) => {
          const options = { env, cwd: project };
          try {
            return await promisify(execFile)("bash", ["--norc", "-e", "-c", script], options);
          } catch (error) {
            return error as { stdout: string; stderr: string };
          }
        };
        const uses = steps.filter(({ run: script = "" }) => script.includes("KUBECONFIG_TEXT"));
        assert.equal(uses.length, 1);
        for (const step of uses) assert.match((await run(step)).stderr, /the-kubeconfig/);
        assert.ok(readdirSync(temp).length > 0);
        const { stderr } = await run(last);
        assert.deepEqual(readdirSync(temp), [], stderr);
      });
    }
  }

  for (const forge of forges)
    it(`${forge}/drift.yaml writes for a collector where a folder is named, for other users to read`, async () => {
      const [step] = stepsOf(read(forge, "drift.yaml")).filter(({ run = "" }) =>
        run.includes("verify"),
      );
      const [bin, temp, metrics] = ["bin", "temp", "two words"].map((name) =>
        scratch(`${forge}-metrics-${name}`),
      );
      assert.ok(bin !== undefined && temp !== undefined && metrics !== undefined);
      for (const each of [bin, temp, metrics]) mkdirSync(each);
      const report = '[ "$5" = verify ] && echo "$@" && [ -n "${11}" ] && : > "${11}"';
      for (const [tool, does] of [
        ["pulumi", "echo '{}'"],
        ["npm", report],
      ] as const)
        writeFileSync(join(bin, tool), `#!/bin/sh\n${does}\nexit 0\n`, { mode: 0o755 });
      const run = async (more: Record<string, string>) => {
        const path = `${bin}:${process.env["PATH"] ?? ""}`;
        const env = { PATH: path, RUNNER_TEMP: temp, KUBECONFIG_TEXT: "x", STACK: "ottawa" };
        const options = { env: { ...env, ...more } };
        const script = ["--norc", "-e", "-c", step?.run ?? ""];
        return (await promisify(execFile)("bash", script, options)).stdout;
      };
      assert.doesNotMatch(await run({ METRICS: "" }), /--report/);
      assert.match(
        await run({ METRICS: metrics }),
        /--wait 60 --report .*\/zot-fleet-ottawa\.prom/,
      );
      assert.equal(statSync(join(metrics, "zot-fleet-ottawa.prom")).mode & 0o777, 0o644);
    });

  for (const forge of forges) {
    it(`${forge}/${backups} runs the commands of its page, and removes what it copied`, () => {
      const { jobs } = parse(read(forge, backups)) as Workflow;
      const [backup = [], rehearse = []] = Object.values(jobs).map(({ steps }) => steps);
      for (const [steps, heading] of [
        [backup, "Back up"],
        [rehearse, "Rehearse"],
      ] as const) {
        const commands = pageCommands("backup.md", heading);
        assert.equal(commands.length, 3);
        const runs = steps.flatMap(({ run }) => run ?? []);
        assert.deepEqual(
          runs.slice(-4).map((run) => run.trimEnd()),
          [...commands, 'rm -rf "$RUNNER_TEMP/zot-fleet"'],
        );
        assert.equal(steps.at(-1)?.if, "always()");
      }
    });

    it(`${forge}/${backups} takes the Zot that is pinned`, () => {
      const pins = readFileSync(join(__dirname, "../../src/local/downloadZot.ts"), "utf8");
      const [, version = ""] = /const version = "([^"]+)"/.exec(pins) ?? [];
      const [, sum = ""] = /"zot-linux-amd64": "([0-9a-f]{64})"/.exec(pins) ?? [];
      assert.ok(version !== "" && sum !== "");
      const words = read(forge, backups);
      assert.ok(words.includes(`/v${version}/zot-linux-amd64`));
      assert.ok(words.includes(`echo "${sum}  `));
    });
  }

  it("have the same files for both forges", () => {
    const [github, forgejo] = forges.map((forge) => readdirSync(join(folder, forge)).sort());
    assert.deepEqual(github, forgejo);
  });

  /** The comments of pull request 7: by pages as GitHub gives them, or all on every page as Forgejo does. */
  function forge(comments: Comment[], paged: boolean): RequestListener {
    return (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      void text(request).then((body) => {
        assert.equal(request.headers.authorization, "token the-token");
        const content = body === "" ? undefined : (JSON.parse(body) as { body: string });
        let answer: unknown = {};
        if (pathname === "/user") {
          // GitHub tells the token of a run nothing of itself; Forgejo does.
          if (paged) response.statusCode = 403;
          answer = paged ? { message: "Resource not accessible by integration" } : ours(paged);
        } else if (request.method === "GET") {
          const from = (Number(searchParams.get("page")) - 1) * 50;
          answer = paged ? comments.slice(from, from + 50) : comments;
        } else if (request.method === "POST") {
          assert.equal(pathname, "/repos/team/fleet/issues/7/comments");
          comments.push({ id: 1000, body: content?.body ?? "", user: ours(paged) });
        } else {
          const id = Number(pathname.split("/").at(-1));
          const found = comments.find((each) => each.id === id);
          if (found) found.body = content?.body ?? "";
        }
        response.end(JSON.stringify(answer));
      });
    };
  }

  for (const paged of [true, false]) {
    it(`keep one comment current ${paged ? "at GitHub" : "at Forgejo"}, and it is their own`, async () => {
      const strangers = [
        { id: 1, login: "mallory", type: "User" },
        { id: 2, login: "mallory[bot]", type: "Bot" },
        { id: 3, login: "github-actions", type: "User" },
        { id: -1, login: "Ghost" },
      ];
      const others = Array.from({ length: 60 }, (_, id): Comment => {
        const user = strangers[id % strangers.length] ?? ours(paged);
        return { id, body: id < 8 ? `${marker}\nnot ours` : `comment ${id}`, user };
      });
      const comments = structuredClone(others);
      const { url } = await fakes.server(forge(comments, paged));
      const file = scratch("comment.md");
      const run = async (body: string) => {
        writeFileSync(file, `${marker}\n${body}\n`);
        await promisify(execFile)(process.execPath, [join(folder, "keep-comment.mjs"), file], {
          env: {
            ...process.env,
            GITHUB_API_URL: url,
            GITHUB_REPOSITORY: "team/fleet",
            PULL_REQUEST: "7",
            TOKEN: "the-token",
          },
        });
      };
      await run("first");
      await run("second");
      const kept = { id: 1000, body: `${marker}\nsecond\n`, user: ours(paged) };
      assert.deepEqual(comments, [...others, kept]);
    });
  }
});
