// A JSON object a line, which may hold anything: what is found is told in words of ours.

/** What the log says of the last try to fetch a repository from its upstream; undefined where it says nothing. */
export function upstreamRefusal(log: string, repository: string): string | undefined {
  const line = log
    .split("\n")
    .findLast((each) => each.includes("sync") && each.includes(`"repository":"${repository}"`));
  if (line === undefined) return undefined;
  const error = /"error":"([^"]*)/.exec(line)?.[1] ?? "";
  if (/\b429\b|toomanyrequests|rate limit/i.test(error)) return "it says 429, too many requests";
  if (/\b40[13]\b|unauthorized|challenge|denied/i.test(error)) return "it refuses the credentials";
  if (/\b404\b|not found/i.test(error)) return "it has no such image";
  return "it does not give it";
}

/** How the last try to put one of these manifests was answered; undefined where the log has none. */
export function manifestPutStatus(
  log: string,
  images: readonly { repository: string; reference: string }[],
): number | undefined {
  const paths = images.map(
    ({ repository, reference }) =>
      `"method":"PUT","path":"/v2/${repository}/manifests/${reference}"`,
  );
  const line = log.split("\n").findLast((each) => paths.some((path) => each.includes(path)));
  const status = /"statusCode":(\d+)/.exec(line ?? "")?.[1];
  return status === undefined ? undefined : Number(status);
}

/** The words of a full volume. */
const noRoom = /no space left on device|disk quota exceeded/i;

/** The words in which a text says that there is no room. */
export const noRoomIn = (text: string): string | undefined => noRoom.exec(text)?.[0];

const landed = /"method":"PUT","path":"[^"]*\/manifests\/[^"]*","statusCode":201/;

/** The newest line that says that there is no room, unless a whole image landed afterwards. */
export function lineWithoutRoom(log: string): string | undefined {
  const lines = log.split("\n");
  const at = lines.findLastIndex((line) => noRoom.test(line));
  return lines.slice(at).some((line) => landed.test(line)) ? undefined : lines[at];
}

/** When a line was written, RFC 3339 without a fraction. */
export const timeOfLine = (line: string): string | undefined => /"time":"([^".]*)/.exec(line)?.[1];

/** The lines of several logs in the order of their times; what has no time goes, such as Zot's words about its own flags. */
export const linesByTime = (logs: readonly string[]): string[] =>
  logs
    .flatMap((log) => log.split("\n"))
    .flatMap((line) => {
      const time = Date.parse(/"time":"([^"]*)/.exec(line)?.[1] ?? "");
      return Number.isNaN(time) ? [] : [{ line, time }];
    })
    .sort((a, b) => a.time - b.time)
    .map(({ line }) => line);

/** Whether Zot's own timeout ended an upload: with 500, and only its log says why (pkg/api/routes.go, PatchBlobUpload). */
export const uploadTimedOut = (log: string): boolean =>
  /"message":"unexpected error, removing \.uploads\/ files"[^\n]*i\/o timeout/.test(log);
