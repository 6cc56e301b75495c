import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { useScratch } from "../images/scratch";
import { pageCommands } from "../support/pageBlocks";
import {
  folder,
  forges,
  read,
  stepsOf,
  type Step,
  type Workflow,
} from "../support/workflows/files";

/** The one that knows no cluster, and deploys nothing. */
const backups = "backup.yaml";

/** The engine that the project is tested with. */
const enginesVersion = /pulumi\/pkg\/v3 v(\S+)/.exec(
  readFileSync(join(__dirname, "../../src/local/engine/go.mod"), "utf8"),
)?.[1];

describe("workflows", function () {
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
        // Also what a team takes the comment from.
        const used = [...words.matchAll(/^ *(?:# )?- uses: (\S+)/gm)].map(([, uses = ""]) => uses);
        assert.ok(used.length >= stepsOf(words).filter(({ uses }) => uses !== undefined).length);
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

      it(`${forge}/${file} runs nothing but the tidying after a step that failed or was cancelled`, () => {
        const { jobs } = parse(read(forge, file)) as Workflow;
        for (const job of Object.values(jobs)) {
          assert.doesNotMatch(job.if ?? "", /always/);
          for (const { if: condition, run } of job.steps)
            if (condition !== undefined)
              assert.deepEqual([condition, run], ["always()", 'rm -rf "$RUNNER_TEMP/zot-fleet"']);
        }
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
        /--wait 60s --report .*\/zot-fleet-ottawa\.prom/,
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
      const [, version = ""] = /const tag = "v([^"]+)"/.exec(pins) ?? [];
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
});
