import { askUpstream, readPullLimit, type PullLimit } from "../facts/upstream";
import { RegistryError } from "../registry/errors";
import type { Check, Finding } from "./check";
import type { ExpectedUpstream } from "./expectations";
import { failed, nothingDeclared, passed, skipped, warning } from "./outcomes";

const upstreamAccountsTaken: Check = {
  code: "ZF801",
  title: "upstreams take the accounts that they are asked with",
  hint: "Set username of the upstream, and its password by pulumi config set --secret upstreamPasswords, to an account that may pull there.",
  why: "Zot answers 404 for whatever its upstream refuses: with a wrong password, everything that is not cached yet looks as if it did not exist.",
  async run({ upstreams = [] }) {
    const asked = upstreams.filter(({ username }) => username !== undefined);
    if (asked.length === 0) return nothingDeclared("no upstream is asked with an account");
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
    if (limited.length === 0) return nothingDeclared("Docker Hub is no upstream");
    return Promise.all(limited.map(lookAtLimit));
  },
};

/** The part that has to be left, or it is told. */
const enough = 0.1;

async function lookAtLimit(upstream: ExpectedUpstream): Promise<Finding> {
  const { name, username, password } = upstream;
  if (username !== undefined && password === undefined)
    return skipped(`the password of ${username} is not known`, name);
  const answer = await readPullLimit(upstream);
  if (username === undefined) {
    const words =
      "problem" in answer
        ? `how many are left is not to be known from here: ${answer.problem}`
        : answer.limit === undefined
          ? "no limit is told to this machine"
          : `${limitText(answer.limit)} for this machine, whose address need not be the registry's`;
    return warning(
      `asked without an account, so that pulls are counted by address; ${words}`,
      name,
    );
  }
  if ("problem" in answer) return skipped(`not to be known from here: ${answer.problem}`, name);
  const { limit } = answer;
  if (limit === undefined) return passed(`${username} is told of no limit`, name);
  const words = `${limitText(limit)} for ${username}`;
  return limit.remaining < limit.most * enough
    ? warning(words, name)
    : { ...passed(words, name), left: limit.remaining / limit.most };
}

const limitText = ({ remaining, most, seconds }: PullLimit) =>
  `${remaining} of ${most} pulls${seconds === undefined ? "" : ` in ${seconds / 3600} h`} are left`;

/** The checks of the registries whose images are cached. */
export const upstreamChecks: readonly Check[] = [upstreamAccountsTaken, upstreamLimitsFar];
