import { messageOf } from "../../registry/exchange";
import { madeAnew } from "../define";
import { isKept, type HeldAccount } from "../heldAccounts";
import {
  changedLines,
  howToRevoke,
  type KeyRevocationEndInputs,
  type KeyRevocationEndOutputs,
} from "../keyRevocationEnd";
import { progress } from "../progress";
import { incomplete } from "../provider";
import { revokeByOneOf, loginsOf } from "./revokeAs";

export const keyRevocationEndDeployment = madeAnew<KeyRevocationEndInputs, KeyRevocationEndOutputs>(
  "key-revocation-end",
  settle,
);

/** Pays what is owed. Every account has its turn; what is owed still is remembered, and tried again by the next deployment. */
async function settle(
  news: KeyRevocationEndInputs,
  olds?: KeyRevocationEndOutputs,
): Promise<KeyRevocationEndOutputs> {
  const { due, hidden } = owedNow(news, olds);
  const owed = new Set(hidden);
  const problems: string[] = [];
  if (!news.revoke) for (const { username } of due) owed.add(username);
  else
    for (const account of due) {
      const problem = await whyNot(news, account);
      if (problem === undefined) continue;
      owed.add(account.username);
      if (problem !== "") problems.push(`${account.username}: ${problem}`);
    }
  const outs = { ...news, owed: [...owed] };
  if (problems.length > 0) {
    const problem = stopped(problems);
    throw incomplete("key-revocation-end", { ...outs, problem }, problem);
  }
  for (const name of owed) progress.say(warningOf(name, news));
  return outs;
}

/** due: what opens them is known. hidden: it is not. */
function owedNow(
  news: KeyRevocationEndInputs,
  olds: KeyRevocationEndOutputs | undefined,
): { due: HeldAccount[]; hidden: string[] } {
  const before = olds ?? { accounts: [], lines: [], owed: news.owed };
  const changed = news.accounts.filter(({ username, changes = 0 }) => {
    const old = before.accounts.find((account) => account.username === username);
    return changes !== (old?.changes ?? 0);
  });
  const names = new Set([
    ...before.owed,
    ...changed.map(({ username }) => username),
    ...changedLines(before, news),
  ]);
  const due = news.accounts.filter(
    (account) => names.has(account.username) && loginsOf(account).length > 0,
  );
  const hidden = [...names].filter((name) => {
    const account = news.accounts.find(({ username }) => username === name);
    if (account !== undefined) return loginsOf(account).length === 0;
    // A name that was kept goes when its keys were listed and gone; one that was never held was never looked at.
    return before.accounts.every(({ username }) => username !== name);
  });
  return { due, hidden };
}

/** Why the keys of an account could not be revoked; empty where that is no reason to stop, undefined where they were. */
async function whyNot(
  { endpoint }: KeyRevocationEndInputs,
  account: HeldAccount,
): Promise<string | undefined> {
  try {
    const revoked = await revokeByOneOf(endpoint, loginsOf(account), () => true);
    if (revoked === "revoked") return undefined;
    // A key of ours that is gone was revoked by somebody who had a key, too: nothing brings it back.
    if (revoked === "off" || account.password === undefined) return "";
    return isKept(account)
      ? "the registry does not have the line that keeps its name"
      : "the registry refuses it";
  } catch (error) {
    return messageOf(error);
  }
}

const stopped = (problems: readonly string[]) =>
  "API keys of accounts that were removed, or got another password, could not be revoked:\n" +
  problems.map((problem) => `  ${problem}\n`).join("") +
  "  They still open the registry. Run pulumi up again to revoke them; or set zot-fleet:revokeKeys to false, which lets them work\n" +
  "  until they expire, and warns of them.";

function warningOf(name: string, { accounts, revoke }: KeyRevocationEndInputs): string {
  const account = accounts.find(({ username }) => username === name);
  const message = `the API keys of ${name} were not revoked, and work until they expire`;
  if (!revoke) return `${message}: zot-fleet:revokeKeys is false`;
  return account === undefined
    ? message
    : `${message}: no password of it is known. ${howToRevoke(name)}`;
}
