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
import { always, define, madeAnew, optional, plain, renewal, secret } from "./define";

export interface AccountInputs {
  /** The user name: no `:` and no control characters. Another one replaces the account. */
  username: string;
  /**
   * A password of 1 to 72 bytes (bcrypt reads no more), or a ready htpasswd entry (`user:$2y$…`) of this user, taken as it is.
   * @default generated, 32 characters
   */
  password?: string;
  /** Another one makes another password, where it is generated. @default 1, as of states that do not say */
  renewal?: number | string;
}

export interface AccountOutputs extends AccountInputs {
  /** The password that opens the account; absent where only the entry was given. A secret. */
  plainPassword?: string;
  /** The line for the htpasswd file. A secret. */
  entry: string;
}

/** Hashes a password once and keeps the hash in the state: bcrypt salts at random, so a hash made anew is a diff. */
export const account = define<AccountInputs, AccountOutputs>({
  name: "account",
  inputs: {
    username: { ...plain, replaces: true },
    password: secret,
    renewal,
  },
  outputs: {
    plainPassword: { ...optional, secret: true },
    entry: { ...always, secret: true },
  },
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: problems(inputs) }),
  load: () => madeAnew(({ username }) => username, make),
});

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
async function make(news: AccountInputs, olds?: AccountOutputs): Promise<AccountOutputs> {
  const { username, password } = news;
  const behind =
    password !== undefined &&
    username === olds?.username &&
    (await verifyPassword(password, parseHtpasswdLine(olds.entry).hash));
  return behind ? { username, password, plainPassword: password, entry: olds.entry } : hashed(news);
}

async function hashed({ username, password, renewal }: AccountInputs): Promise<AccountOutputs> {
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
