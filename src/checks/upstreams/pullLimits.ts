import { RegistryError, type RawAnswer } from "../../registry/client";
import type { Check, Finding } from "../check";
import { passed, skipped, warning } from "../outcomes";
import { askUpstream, type ExpectedUpstream } from "./expected";

export const upstreamLimitsFar: Check = {
  code: "ZF802",
  title: "the pull limits of upstreams are far",
  hint: "Give docker.io an account: username of the upstream, and its password by pulumi config set --secret upstreamPasswords. A paid one has no limit worth telling.",
  why: "Docker Hub counts pulls without an account by address, and all nodes behind this registry share the registry's: 100 in six hours when this was written. Past the limit it answers 429, of which Zot makes 404. A HEAD, and what is cached, does not count.",
  async run({ upstreams = [] }) {
    // Of the upstreams that are known by name, it is the one that tells of a limit.
    const limited = upstreams.filter(({ name }) => name === "docker.io");
    if (limited.length === 0) return skipped("Docker Hub is no upstream");
    return Promise.all(limited.map(look));
  },
};

/** Docker's own repository for asking, by a HEAD, which does not count (docs.docker.com, "Docker Hub pull usage and limits"). */
const askPath = "/v2/ratelimitpreview/test/manifests/latest";

/** The part that has to be left, or it is told. */
const enough = 0.1;

async function look(upstream: ExpectedUpstream): Promise<Finding> {
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
