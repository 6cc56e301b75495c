// Keeps one comment of a pull request current: node keep-comment.mjs FILE. The comment is found by the file's first line, a
// hidden marker. GitHub and Forgejo have the same API here. Wants GITHUB_API_URL, GITHUB_REPOSITORY, PULL_REQUEST and TOKEN,
// a token that may write comments of pull requests and nothing else.
import { readFileSync } from "node:fs";

const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository, PULL_REQUEST, TOKEN } = process.env;
const body = readFileSync(process.argv[2] ?? "", "utf8");
const [marker = ""] = body.split("\n", 1);
if (!marker.startsWith("<!--")) throw new Error("the file does not begin with a marker");

const perPage = 50;
const comment = await find();
const where =
  comment === undefined ? `issues/${PULL_REQUEST}/comments` : `issues/comments/${comment.id}`;
await ask(comment === undefined ? "POST" : "PATCH", where, { body });
console.log(comment === undefined ? "commented" : "the comment is current");

/** The comment with the marker. Forgejo gives all on every page: a page without news is the end. */
async function find() {
  const seen = new Set();
  for (let page = 1; ; page++) {
    const path = `issues/${PULL_REQUEST}/comments?per_page=${perPage}&limit=${perPage}&page=${page}`;
    const news = (await ask("GET", path)).filter(({ id }) => !seen.has(id));
    const found = news.find((each) => each.body?.startsWith(marker));
    if (found !== undefined || news.length === 0) return found;
    for (const { id } of news) seen.add(id);
  }
}

async function ask(method, path, content) {
  const response = await fetch(`${api}/repos/${repository}/${path}`, {
    method,
    headers: {
      accept: "application/json",
      authorization: `token ${TOKEN}`,
      "content-type": "application/json",
    },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
  // The body of a refusal is not printed: it may repeat what was sent.
  if (!response.ok)
    throw new Error(`${method} ${path.split("?")[0]} is answered ${response.status}`);
  return response.json();
}
