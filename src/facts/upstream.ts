import { RegistryClient, RegistryError, type RawAnswer } from "../registry/client";

/** A registry whose images are cached, as it is asked. */
export interface Upstream {
  url: string;
  /** Absent where it is asked without an account. */
  username?: string;
  /** Absent where it is not known here. */
  password?: string;
}

/** An upstream may be out of reach from here, and a deployment has better to do than to wait for it. */
const patienceMs = 5_000;

/** Runs `work` with a client of the upstream, under its account where that is known. */
export async function askUpstream<T>(
  { url, username, password }: Upstream,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  const known = username !== undefined && password !== undefined;
  await using client = new RegistryClient({
    url,
    retries: 0,
    timeoutMs: patienceMs,
    ...(known ? { credentials: { username, password } } : {}),
  });
  return await work(client);
}

/** Docker's own repository for asking, by a HEAD, which does not count (docs.docker.com, "Docker Hub pull usage and limits"). */
const askPath = "/v2/ratelimitpreview/test/manifests/latest";

/** How many pulls an upstream still gives. */
export interface PullLimit {
  remaining: number;
  most: number;
  /** Of the window in which they are counted. */
  seconds: number | undefined;
}

/** The limit that an upstream tells of, undefined where it tells of none; or why it is not to be known from here. */
export async function readPullLimit(
  upstream: Upstream,
): Promise<{ limit: PullLimit | undefined } | { problem: string }> {
  try {
    const answer = await askUpstream(upstream, (client) =>
      client.request({ method: "HEAD", path: askPath }),
    );
    if (answer.status === 401) return { problem: "it answers 401" };
    return { limit: readLimit(answer.headers) };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return { problem: error.message };
  }
}

/** `ratelimit-limit: 100;w=21600`, `ratelimit-remaining: 76;w=21600`. */
function readLimit(headers: RawAnswer["headers"]): PullLimit | undefined {
  const [, most] = /^\s*(\d+)/.exec(headers["ratelimit-limit"] ?? "") ?? [];
  const [, remaining, seconds] =
    /^\s*(\d+)(?:\s*;\s*w=(\d+))?/.exec(headers["ratelimit-remaining"] ?? "") ?? [];
  if (most === undefined || remaining === undefined) return undefined;
  return {
    remaining: Number(remaining),
    most: Number(most),
    seconds: seconds === undefined ? undefined : Number(seconds),
  };
}
