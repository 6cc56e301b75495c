import type { HeldKey } from "./apiKey";

/** An account as the registry has it, with what opens it for the revocation of its keys. */
export interface HeldAccount {
  username: string;
  /** Absent where only its htpasswd line is known. */
  password?: string;
  /** How often it got another password, or went, while the registry took API keys: each time its keys are owed anew. */
  changes?: number;
  /**
   * Its htpasswd line where it has gone and its name is kept: `password` is then one that only the state knows, and lists the keys
   * that the name still has. It has no rights: no policy names it.
   */
  entry?: string;
  /** A key of its own that lists the others, where its next password is not known. */
  key?: Pick<HeldKey, "id" | "password">;
}

/** What an account is in the stack file. */
export type DeclaredAccount = Pick<HeldAccount, "username" | "password">;

/** A name that is kept until its keys are gone. */
export type KeptName = HeldAccount & { password: string; entry: string };

export const isKept = (account: HeldAccount): account is KeptName => account.entry !== undefined;

/** The accounts of a stack file among those held: a state adds what it remembers to them. */
export const declaredOf = (accounts: readonly HeldAccount[]): DeclaredAccount[] =>
  accounts
    .filter((account) => !isKept(account))
    .map(({ username, password }) => ({
      username,
      ...(password === undefined ? {} : { password }),
    }));

interface Before {
  accounts: readonly HeldAccount[];
  enabled: boolean;
  /** Names that older states remember of accounts that have gone. */
  unrevoked?: readonly string[];
}

interface After {
  accounts: readonly DeclaredAccount[];
  enabled: boolean;
}

/**
 * The accounts whose keys must go: they get another password, they go, or their name was kept for it. All of them where API keys are
 * turned off, for nobody can list them afterwards.
 */
export function leaving(olds: Before, news: After): HeldAccount[] {
  const known = new Set(olds.accounts.map(({ username }) => username));
  const remembered = (olds.unrevoked ?? [])
    .filter((username) => !known.has(username))
    .map((username): HeldAccount => ({ username, changes: 0 }));
  const turnedOff = olds.enabled && !news.enabled;
  return [...olds.accounts, ...remembered].filter((old) => {
    const now = news.accounts.find(({ username }) => username === old.username);
    const mayHaveKeys = olds.enabled || old.changes !== undefined;
    const changes = now === undefined || isKept(old) || now.password !== old.password;
    return mayHaveKeys && (changes || turnedOff);
  });
}

/** What is held of the accounts that are declared: each that leaves is owed once more. */
export function heldNow(
  olds: Before,
  news: After,
  keys: ReadonlyMap<string, HeldAccount["key"]>,
): HeldAccount[] {
  const gone = leaving(olds, news);
  return news.accounts.map(({ username, password }) => {
    const left = gone.find((each) => each.username === username);
    const old = left ?? olds.accounts.find((each) => each.username === username);
    const changes = left === undefined ? old?.changes : (left.changes ?? 0) + 1;
    const key = left === undefined ? old?.key : keys.get(username);
    return {
      username,
      ...(password === undefined ? {} : { password }),
      ...(changes === undefined ? {} : { changes }),
      ...(key === undefined ? {} : { key }),
    };
  });
}
