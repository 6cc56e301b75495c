import { defaultCost, generatedCost, generatePassword, hashPassword } from "../zot/credentials";
import {
  isHtpasswdEntry,
  parseHtpasswdLine,
  validatePassword,
  validateUsername,
} from "../zot/htpasswd";
import { differ, isRenewed, type DynamicProvider } from "./provider";

export interface AccountInputs {
  username: string;
  /** A password, or a ready htpasswd entry (`user:$2y$…`) of this user; generated where absent. */
  password?: string;
  /** Another one makes another password, where it is generated. Default: 1, as of states that do not say. */
  renewal?: number | string;
}

export interface AccountOutputs extends AccountInputs {
  /** The password that opens the account; absent where only the entry was given. */
  plainPassword?: string;
  /** The line for the htpasswd file. */
  entry: string;
}

/** Hashes a password once and keeps the hash in the state: bcrypt salts at random, so a hash made anew is a diff. */
export const accountProvider: DynamicProvider<AccountInputs, AccountOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: problems(inputs) }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: differ<AccountInputs>(olds, news, ["username", "password"]) || isRenewed(olds, news),
      ...(olds.username === news.username ? {} : { replaces: ["username"] }),
    }),
  create: async (inputs) => ({ id: inputs.username, outs: await account(inputs) }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: async (_id, _olds, news) => ({ outs: await account(news) }),
  delete: () => Promise.resolve(),
};

function problems({ username, password }: AccountInputs): { property: string; reason: string }[] {
  const name = validateUsername(username);
  if (name !== undefined) return [{ property: "username", reason: name }];
  if (password === undefined) return [];
  if (isHtpasswdEntry(password)) {
    const owner = parseHtpasswdLine(password).username;
    return owner === username
      ? []
      : [
          {
            property: "password",
            reason: `the htpasswd entry is of user "${owner}", the account is "${username}"`,
          },
        ];
  }
  const reason = validatePassword(password);
  return reason === undefined ? [] : [{ property: "password", reason }];
}

async function account({ username, password, renewal }: AccountInputs): Promise<AccountOutputs> {
  const given = {
    ...(password === undefined ? {} : { password }),
    ...(renewal === undefined ? {} : { renewal }),
  };
  if (password !== undefined && isHtpasswdEntry(password))
    return { username, ...given, entry: password };
  const plainPassword = password ?? generatePassword();
  const cost = password === undefined ? generatedCost : defaultCost;
  const entry = `${username}:${await hashPassword(plainPassword, cost)}`;
  return { username, ...given, plainPassword, entry };
}
