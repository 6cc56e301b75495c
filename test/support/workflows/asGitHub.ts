import type { RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import type { GiteaComment } from "../gitea";

/**
 * GitHub's API for comments in front of a real Gitea's, whose paths and bodies are the same. Three things differ
 * (docs.github.com/rest/issues/comments): comments come by pages, the token of a run may not ask who it is, and what it writes
 * is the bot's.
 *
 * @param author whose token is the run's, at Gitea
 */
export function asGitHub(url: string, author: string): RequestListener {
  const bot = { id: 41898282, login: "github-actions[bot]", type: "Bot" };
  const seen = ({ user, ...comment }: GiteaComment) => ({
    ...comment,
    user: user.login === author ? bot : { ...user, type: "User" },
  });
  return (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://x");
    const answer = async () => {
      if (pathname === "/user")
        return { status: 403, body: { message: "Resource not accessible by integration" } };
      const sent = await text(request);
      const onward = await fetch(`${url}/api/v1${pathname}`, {
        method: request.method ?? "GET",
        headers: {
          authorization: request.headers.authorization ?? "",
          "content-type": "application/json",
        },
        ...(sent === "" ? {} : { body: sent }),
      });
      const body = (await onward.json()) as GiteaComment | GiteaComment[];
      if (!onward.ok) return { status: onward.status, body };
      if (!Array.isArray(body)) return { status: onward.status, body: seen(body) };
      const [page, size] = [Number(query.get("page") ?? 1), Number(query.get("per_page") ?? 30)];
      const part = body.slice((page - 1) * size, page * size);
      return { status: onward.status, body: part.map(seen) };
    };
    answer().then(
      ({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      },
      () => response.destroy(),
    );
  };
}
