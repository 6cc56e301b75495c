import { RegistryClient, RegistryError, type RawAnswer } from "../registry/client";
import type { Check, Finding } from "./check";
import { failed, passed, skipped, warning } from "./outcomes";

/** A registry whose images are cached. */
export interface ExpectedUpstream {
  /** As images are called: `docker.io`. */
  name: string;
  url: string;
  /** Absent where it is asked without an account. */
  username?: string;
  /** Absent where it is not known here. */
  password?: string;
}

/** An upstream may be out of reach from here, and a deployment has better to do than to wait for it. */
const patienceMs = 5_000;

/** Runs `work` with a client of the upstream, under its account where that is known. */
async function askUpstream<T>(
  { url, username, password }: ExpectedUpstream,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  const known = username !== undefined && password !== undefined;
  const client = new RegistryClient({
    url,
    retries: 0,
    timeoutMs: patienceMs,
    ...(known ? { credentials: { username, password } } : {}),
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

const upstreamAccountsTaken: Check = {
  code: "ZF801",
  title: "upstreams take the accounts that they are asked with",
  hint: "Set username of the upstream, and its password by pulumi config set --secret upstreamPasswords, to an account that may pull there.",
  why: "Zot answers 404 for whatever its upstream refuses: with a wrong password, everything that is not cached yet looks as if it did not exist.",
  async run({ upstreams = [] }) {
    const asked = upstreams.filter(({ username }) => username !== undefined);
    if (asked.length === 0) return skipped("no upstream is asked with an account");
    return Promise.all(asked.map(signIn));
  },
};

async function signIn(upstream: ExpectedUpstream): Promise<Finding> {
  const { name, url, username = "", password } = upstream;
  if (password === undefined) return skipped(`the password of ${username} is not known`, name);
  try {
    await askUpstream(upstream, (client) => client.ping());
    return passed(`${url} takes ${username}`, name);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { status } = error;
    if (status === 401 || status === 403)
      return failed(
        `${url} refuses ${username} (${status}): what is not cached yet answers 404`,
        name,
      );
    return skipped(
      `not to be asked from here, unlike from the registry maybe: ${error.message}`,
      name,
    );
  }
}

const upstreamLimitsFar: Check = {
  code: "ZF802",
  title: "the pull limits of upstreams are far",
  hint: "Give docker.io an account: username of the upstream, and its password by pulumi config set --secret upstreamPasswords. A paid one has no limit worth telling.",
  why: "Docker Hub counts pulls without an account by address, and all nodes behind this registry share the registry's: 100 in six hours when this was written. Past the limit it answers 429, of which Zot makes 404. A HEAD, and what is cached, does not count.",
  async run({ upstreams = [] }) {
    // Of the upstreams that are known by name, it is the one that tells of a limit.
    const limited = upstreams.filter(({ name }) => name === "docker.io");
    if (limited.length === 0) return skipped("Docker Hub is no upstream");
    return Promise.all(limited.map(lookAtLimit));
  },
};

/** Docker's own repository for asking, by a HEAD, which does not count (docs.docker.com, "Docker Hub pull usage and limits"). */
const askPath = "/v2/ratelimitpreview/test/manifests/latest";

/** The part that has to be left, or it is told. */
const enough = 0.1;

async function lookAtLimit(upstream: ExpectedUpstream): Promise<Finding> {
  const { name, username, password } = upstream;
  if (username !== undefined && password === undefined)
    return skipped(`the password of ${username} is not known`, name);
  const told = await limitOf(upstream);
  if (username === undefined) {
    const words =
      "problem" in told
        ? `how many are left is not to be known from here: ${told.problem}`
        : told.limit === undefined
          ? "no limit is told to this machine"
          : `${limitText(told.limit)} for this machine, whose address need not be the registry's`;
    return warning(
      `asked without an account, so that pulls are counted by address; ${words}`,
      name,
    );
  }
  if ("problem" in told) return skipped(`not to be known from here: ${told.problem}`, name);
  const { limit } = told;
  if (limit === undefined) return passed(`${username} is told of no limit`, name);
  const words = `${limitText(limit)} for ${username}`;
  return limit.remaining < limit.most * enough ? warning(words, name) : passed(words, name);
}

interface Limit {
  remaining: number;
  most: number;
  /** Of the window in which they are counted. */
  seconds: number | undefined;
}

const limitText = ({ remaining, most, seconds }: Limit) =>
  `${remaining} of ${most} pulls${seconds === undefined ? "" : ` in ${seconds / 3600} h`} are left`;

async function limitOf(
  upstream: ExpectedUpstream,
): Promise<{ limit: Limit | undefined } | { problem: string }> {
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
function readLimit(headers: RawAnswer["headers"]): Limit | undefined {
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

/** The checks of the registries whose images are cached. */
export const upstreamChecks: readonly Check[] = [upstreamAccountsTaken, upstreamLimitsFar];
