import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { marker } from "../../src/reports/preview/comment";
import { useScratch } from "../images/scratch";
import { useFakes } from "../support/fakeRegistry";
import { folder, forges, read, stepsOf } from "../support/workflows/files";

interface Comment {
  id: number;
  body: string;
  user: { id: number; login: string; type?: string };
}

/** Whose comments a run's own token writes. */
const ours = (github: boolean): Comment["user"] =>
  github
    ? { id: 41898282, login: "github-actions[bot]", type: "Bot" }
    : { id: -2, login: "forgejo-actions" };

/** Runs the script as the workflow does, on a pull request of a forge that answers at `url`. */
const keepComment = (url: string, file: string) =>
  promisify(execFile)(process.execPath, [join(folder, "keep-comment.mjs"), file], {
    env: {
      ...process.env,
      GITHUB_API_URL: url,
      GITHUB_REPOSITORY: "team/fleet",
      PULL_REQUEST: "7",
      TOKEN: "the-token",
    },
  });

describe("the comment of a pull request", function () {
  this.timeout(120_000);
  const fakes = useFakes();
  const scratch = useScratch();

  for (const forge of forges)
    it(`${forge}/preview.yaml says why there is no report, and that its comment was refused beside it`, async () => {
      const [step] = stepsOf(read(forge, "preview.yaml")).filter(({ run = "" }) =>
        run.includes("keep-comment"),
      );
      const bin = scratch(`${forge}-comment-bin`);
      mkdirSync(bin);
      const run = async (npm: string) => {
        const temp = scratch(`${forge}-comment-temp`);
        rmSync(temp, { recursive: true, force: true });
        mkdirSync(join(temp, "zot-fleet", "previews"), { recursive: true });
        for (const [tool, does] of [
          ["npm", npm],
          ["node", "echo refused >&2; exit 1"],
        ] as const)
          writeFileSync(join(bin, tool), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
        const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, RUNNER_TEMP: temp };
        const script = ["--norc", "-e", "-c", step?.run ?? ""];
        return promisify(execFile)("bash", script, { env }).then(
          () => assert.fail("it went on"),
          (error: unknown) => error as { code: number; stdout: string; stderr: string },
        );
      };
      const crashed = await run("echo crashed >&2; exit 1");
      assert.deepEqual([crashed.code, crashed.stderr], [1, "crashed\n"]);
      const refused = await run('echo the report; : > "$RUNNER_TEMP/zot-fleet/comment.md"');
      assert.deepEqual([refused.stdout, refused.stderr], ["the report\n", "refused\n"]);
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
        await keepComment(url, file);
      };
      await run("first");
      await run("second");
      const kept = { id: 1000, body: `${marker}\nsecond\n`, user: ours(paged) };
      assert.deepEqual(comments, [...others, kept]);
    });
  }

  it("is refused in words that name the right, and nothing that was sent", async () => {
    const { url } = await fakes.server(({ method }, response) => {
      response.statusCode = method === "GET" ? 200 : 403;
      response.end("[]");
    });
    const file = scratch("refused.md");
    writeFileSync(file, `${marker}\nthe report\n`);
    const refused = await keepComment(url, file).then(
      () => assert.fail("it went on"),
      (error: unknown) => error as { code: number; stderr: string },
    );
    assert.deepEqual(
      [refused.code, refused.stderr],
      [
        1,
        "no comment: POST issues/7/comments is answered 403: the token must be one that may write comments of pull requests\n",
      ],
    );
  });
});
