import {
  defaultCost,
  generatedCost,
  generatePassword,
  hashPassword,
  verifyPassword,
} from "../zot/credentials";
import {
  isHtpasswdEntry,
  parseHtpasswdLine,
  validatePassword,
  validateUsername,
} from "../zot/htpasswd";
import { inputsDiffer, isRenewed, type DynamicProvider } from "./provider";

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
      changes:
        inputsDiffer(olds, news, {
          outputs: ["plainPassword", "entry"],
          except: { renewal: "states of before have none, which is the first" },
        }) || isRenewed(olds, news),
      ...(olds.username === news.username ? {} : { replaces: ["username"] }),
    }),
  create: async (inputs) => ({ id: inputs.username, outs: await account(inputs) }),
  read: (id, props) => Promise.resolve({ id, props }),
  update: async (_id, olds, news) => ({ outs: await follow(olds, news) }),
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

/** A password that is the one behind the line before keeps that line: the registry's file, and its pod, stay as they are. */
async function follow(olds: AccountOutputs, news: AccountInputs): Promise<AccountOutputs> {
  const { username, password } = news;
  const behind =
    password !== undefined &&
    username === olds.username &&
    (await verifyPassword(password, parseHtpasswdLine(olds.entry).hash));
  return behind
    ? { username, password, plainPassword: password, entry: olds.entry }
    : account(news);
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
