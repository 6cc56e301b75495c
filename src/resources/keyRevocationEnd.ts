import type { Endpoint } from "../cluster/endpoint";
import { define, except, plain, secret, unread } from "./define";
import type { HeldAccount } from "./heldAccounts";
import type * as deployed from "./deployments/keyRevocationEnd";
import { progress } from "./progress";

export interface KeyRevocationEndInputs {
  /** How the registry is reached from where the deployment runs. */
  endpoint: Endpoint;
  /** Every account and kept name, as `KeyRevocation` holds them. */
  accounts: HeldAccount[];
  /** The htpasswd lines of accounts whose password is not known. */
  lines: { username: string; entry: string }[];
  /** Whether keys are revoked. False lets them live, and owes them. */
  revoke: boolean;
  /** Accounts whose keys were owed before there was this resource; what it gives back under this name takes its place. */
  owed: string[];
}

export interface KeyRevocationEndOutputs extends KeyRevocationEndInputs {
  /** Accounts that went, or got another password, and whose keys may be there still. */
  owed: string[];
  /** Why a deployment stopped here. */
  problem?: string;
}

/**
 * Stands behind the proof that the registry has its new accounts, and revokes once more the keys of those that went or got another
 * password: whoever had the old one made keys until then. After it, nobody has a way to make another.
 */
export const keyRevocationEnd = define<
  KeyRevocationEndInputs,
  KeyRevocationEndOutputs,
  never,
  "problem"
>({
  name: "keyRevocationEnd",
  inputs: {
    endpoint: except("how the registry is reached leaves nothing to revoke"),
    accounts: secret,
    lines: { secret: "inside" },
    revoke: plain,
    owed: except("what it gave back stands there"),
  },
  outputs: { problem: { ...unread, trouble: true } },
  announce,
  load: () =>
    (require("./deployments/keyRevocationEnd") as typeof deployed).keyRevocationEndDeployment,
});

/** Which lines are others now; of one that is not known before the deployment, it is taken to be another. */
export const changedLines = (
  olds: Pick<KeyRevocationEndInputs, "lines">,
  news: Pick<KeyRevocationEndInputs, "lines">,
): string[] =>
  olds.lines.flatMap(({ username, entry }) => {
    const now = Array.isArray(news.lines)
      ? news.lines.find((line) => line.username === username)
      : undefined;
    return now === undefined || now.entry === entry ? [] : [username];
  });

/** Warns before a line changes: without its password, the keys of the account cannot be revoked afterwards. */
function announce(olds: KeyRevocationEndInputs, news: KeyRevocationEndInputs): void {
  for (const name of changedLines(olds, news))
    progress.say(
      `the password line of ${name} changes, and this program knows no password of it: API keys that were made with the earlier password still work. ${howToRevoke(name)}`,
    );
}

/** How somebody gets rid of keys that cannot be listed. */
export const howToRevoke = (name: string): string =>
  `To revoke them, give the password of ${name} itself for one deployment, or sign in with it and delete them.`;
