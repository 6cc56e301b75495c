// Keeps one comment of a pull request current: node keep-comment.mjs FILE. The comment is found by the file's first line, a
// hidden marker, among those that the token's own user wrote: whoever writes a comment can change it afterwards, and the
// report must not stand in somebody else's. GitHub and Forgejo have the same API here. Wants GITHUB_API_URL,
// GITHUB_REPOSITORY, PULL_REQUEST and TOKEN, a token that may write comments of pull requests and nothing else; with the token
// of a GitHub App of your own AUTHOR, its login such as my-app[bot].
import { readFileSync } from "node:fs";

const {
  GITHUB_API_URL: api,
  GITHUB_REPOSITORY: repository,
  PULL_REQUEST,
  TOKEN,
  AUTHOR,
} = process.env;
const perPage = 50;

try {
  console.log(await keep(readFileSync(process.argv[2] ?? "", "utf8")));
} catch (error) {
  console.error(`no comment: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}

async function keep(body) {
  const [marker = ""] = body.split("\n", 1);
  if (!marker.startsWith("<!--")) throw new Error("the file does not begin with a marker");
  const comment = await find(marker, await ourOwn());
  const where =
    comment === undefined ? `issues/${PULL_REQUEST}/comments` : `issues/comments/${comment.id}`;
  await ask(comment === undefined ? "POST" : "PATCH", where, { body });
  return comment === undefined ? "commented" : "the comment is current";
}

/** The comment with the marker. Forgejo gives all on every page: a page without news is the end. */
async function find(marker, isOurs) {
  const seen = new Set();
  for (let page = 1; ; page++) {
    const path = `issues/${PULL_REQUEST}/comments?per_page=${perPage}&limit=${perPage}&page=${page}`;
    const news = (await ask("GET", path)).filter(({ id }) => !seen.has(id));
    const found = news.find((each) => each.body?.startsWith(marker) && isOurs(each.user));
    if (found !== undefined || news.length === 0) return found;
    for (const { id } of news) seen.add(id);
  }
}

/** Whether a user is the one whose token this is. */
async function ourOwn() {
  if (AUTHOR) return (user) => user?.login === AUTHOR;
  const response = await send("GET", `${api}/user`);
  const { id } = response.ok ? await response.json() : {};
  if (typeof id === "number") return (user) => user?.id === id;
  // A run's own token may not ask who it is. These two no person can be: GitHub's names have no brackets, Forgejo's and
  // Gitea's ids of people are above zero.
  return (user) =>
    (user?.login === "github-actions[bot]" && user.type === "Bot") || user?.id === -2;
}

async function ask(method, path, content) {
  const response = await send(method, `${api}/repos/${repository}/${path}`, content);
  if (response.ok) return response.json();
  // The body of a refusal is not printed: it may repeat what was sent.
  const refusal = `${method} ${path.split("?")[0]} is answered ${response.status}`;
  // A repository that a token may not see is not found.
  const ofRights = [401, 403, 404].includes(response.status);
  throw new Error(
    ofRights
      ? `${refusal}: the token must be one that may write comments of pull requests`
      : refusal,
  );
}

function send(method, url, content) {
  return fetch(url, {
    method,
    headers: {
      accept: "application/json",
      authorization: `token ${TOKEN}`,
      "content-type": "application/json",
    },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
}
