import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { parse } from "yaml";
import { marker } from "../../src/preview/comment";
import { useScratch } from "../oci/scratch";
import { useFakes } from "../support/fakeRegistry";

const folder = join(__dirname, "../../workflows");
const forges = ["github", "forgejo"];

interface Workflow {
  on: unknown;
  permissions?: Record<string, string>;
}

const read = (forge: string, file: string) => readFileSync(join(folder, forge, file), "utf8");

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
    }
  }

  it("have the same files for both forges", () => {
    const [github, forgejo] = forges.map((forge) => readdirSync(join(folder, forge)).sort());
    assert.deepEqual(github, forgejo);
  });

  /** The comments of pull request 7: by pages as GitHub gives them, or all on every page as Forgejo does. */
  function forge(comments: { id: number; body: string }[], paged: boolean): RequestListener {
    return (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      void text(request).then((body) => {
        assert.equal(request.headers.authorization, "token the-token");
        const content = body === "" ? undefined : (JSON.parse(body) as { body: string });
        let answer: unknown = {};
        if (request.method === "GET") {
          const from = (Number(searchParams.get("page")) - 1) * 50;
          answer = paged ? comments.slice(from, from + 50) : comments;
        } else if (request.method === "POST") {
          assert.equal(pathname, "/repos/team/fleet/issues/7/comments");
          comments.push({ id: 1000, body: content?.body ?? "" });
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
    it(`keep one comment current ${paged ? "at GitHub" : "at Forgejo"}`, async () => {
      const others = Array.from({ length: 60 }, (_, id) => ({ id, body: `comment ${id}` }));
      const comments = [...others];
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
      assert.deepEqual(comments, [...others, { id: 1000, body: `${marker}\nsecond\n` }]);
    });
  }
});
