import { RegistryError } from "../../registry/errors";
import type { Check, Finding } from "../check";
import { failed, passed, skipped } from "../outcomes";
import { askUpstream, type ExpectedUpstream } from "./expected";

export const upstreamAccountsTaken: Check = {
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
