import { z } from "zod";
import type { Problem } from "./problem";
import { found, listed, pathText } from "./words";

/** An account somewhere else, and where the stack file has its user name. */
interface NamedAccount {
  name: string;
  username: string;
  path: readonly (string | number)[];
}

/**
 * Accounts without a password, and passwords without an account.
 *
 * @param what what has the accounts, as a person calls it
 * @param key the secret key of the passwords
 * @param raw its raw value, which may be wrong otherwise
 */
export function accountPasswordProblems(
  what: string,
  key: string,
  accounts: readonly NamedAccount[],
  raw: unknown,
): Problem[] {
  const passwords = z.record(z.string(), z.unknown()).safeParse(raw ?? {}).data;
  const names = accounts.map(({ name }) => name);
  const missing = accounts.flatMap(({ name, username, path }): Problem[] =>
    passwords === undefined || Object.hasOwn(passwords, name)
      ? []
      : [
          {
            path: pathText(path),
            found: `${found(username)}, and no password for ${name}`,
            allowed: `a user name whose password stands in ${pathText([key])}`,
          },
        ],
  );
  const spare = Object.keys(passwords ?? {})
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: pathText([key, name]),
      found: "a password that nobody needs",
      allowed:
        names.length === 0
          ? `nothing: no ${what} has a username`
          : `a password for ${listed(names)}`,
    }));
  return [...missing, ...spare];
}
