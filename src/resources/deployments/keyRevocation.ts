import { isDeepStrictEqual } from "node:util";
import { KubernetesError, kubernetesReader } from "../../cluster/kubernetes";
import type { Endpoint } from "../../cluster/endpoint";
import { revocationLabel } from "../../keys/label";
import { endOf } from "../../keys/life";
import { makeKey } from "../../keys/registryKeys";
import type { Credentials } from "../../registry/client";
import { messageOf } from "../../registry/exchange";
import { generatedCost, generatePassword, hashPassword } from "../../zot/credentials";
import { heldNow, isKept, leaving, type HeldAccount, type KeptName } from "../heldAccounts";
import type { KeyRevocationInputs, KeyRevocationOutputs } from "../keyRevocation";
import { madeAnew } from "../define";
import { progress } from "../progress";
import { revokeByOneOf, loginsOf } from "./revokeAs";
import { withClient } from "./withClient";

export const keyRevocationDeployment = madeAnew<KeyRevocationInputs, KeyRevocationOutputs>(
  "key-revocation",
  (news, olds) => (olds === undefined ? news : update(olds, news)),
);

async function update(
  olds: KeyRevocationOutputs,
  news: KeyRevocationInputs,
): Promise<KeyRevocationOutputs> {
  const going = leaving(olds, news);
  const { revoked, keys } = await revokeNow(going, olds, news);
  const missed = going.map(({ username }) => username).filter((name) => !revoked.has(name));
  const kept = going
    .filter(({ username }) => news.accounts.every((account) => account.username !== username))
    // Of a kept name nobody has the password: once no key is left, none comes again.
    .filter((account) => !(isKept(account) && revoked.has(account.username)))
    .map(keep);
  return {
    ...news,
    accounts: [...heldNow(olds, news, keys), ...(await Promise.all(kept))],
    ...(missed.length === 0 ? {} : { unrevoked: missed }),
  };
}

/** The name of an account that goes stays in the accounts' file, with a password that nobody has, until its keys are gone. */
async function keep(account: HeldAccount): Promise<KeptName> {
  if (isKept(account)) return account;
  const { username, changes = 0 } = account;
  const password = generatePassword();
  const entry = `${username}:${await hashPassword(password, generatedCost)}`;
  return { username, password, entry, changes: changes + 1 };
}

interface RevokedNow {
  /** Whose keys were listed and are gone. */
  revoked: Set<string>;
  /** Keys of ours, of accounts whose next password is not known. */
  keys: Map<string, HeldAccount["key"]>;
}

/**
 * Revokes what can be revoked before the change. What cannot is owed, and no reason to stop: a registry that is down could never be
 * given other accounts. Only where its password is known now and will not be afterwards, the deployment waits for an answer.
 */
async function revokeNow(
  going: readonly HeldAccount[],
  olds: KeyRevocationOutputs,
  news: KeyRevocationInputs,
): Promise<RevokedNow> {
  const done: RevokedNow = { revoked: new Set(), keys: new Map() };
  if (!olds.enabled || going.length === 0) return done;
  if (!news.revoke) {
    progress.say(`${revokesNothing}: the API keys of ${namesOf(going)} work until they expire`);
    return done;
  }
  let problem: unknown;
  // A host name may be new with this very deployment: then the registry is where it was.
  for (const endpoint of withoutRepeats([news.endpoint, olds.endpoint])) {
    try {
      for (const account of going) await revokeOf(account, endpoint, news, done);
      return done;
    } catch (error) {
      problem ??= error;
    }
  }
  const left = going.filter(({ username }) => !done.revoked.has(username));
  const lost = left.filter((account) => isLost(account, news));
  if (lost.length > 0 && (await isThere(news))) throw wouldBeLost(lost, messageOf(problem));
  progress.say(
    `the API keys of ${namesOf(left)} cannot be listed yet, and will be revoked later: ${messageOf(problem)}`,
  );
  return done;
}

/** Revokes the keys of one account, by whichever of its passwords the registry has got. */
async function revokeOf(
  account: HeldAccount,
  endpoint: Endpoint,
  news: KeyRevocationInputs,
  { revoked, keys }: RevokedNow,
): Promise<void> {
  const { username, password = "" } = account;
  if (revoked.has(username)) return;
  const now = news.accounts.find((each) => each.username === username);
  const logins = loginsOf(account, now?.password);
  if ((await revokeByOneOf(endpoint, logins, () => true)) !== "revoked") return;
  if (isLost(account, news)) keys.set(username, await keyOfOurs(endpoint, { username, password }));
  revoked.add(username);
}

/** A key that lists the others when the password does not open the account any more. */
async function keyOfOurs(endpoint: Endpoint, account: Credentials): Promise<HeldAccount["key"]> {
  const wish = {
    label: revocationLabel,
    expiresAt: endOf({ expiresAfterDays: 90, renewBeforeDays: 0 }, new Date()),
  };
  const { id, key } = await withClient(endpoint, account, (client) => makeKey(client, wish));
  return { id, password: key };
}

/** Whether its password is known, and the next one will not be: its line alone is given. */
const isLost = ({ username, password }: HeldAccount, { accounts, enabled }: KeyRevocationInputs) =>
  enabled &&
  password !== undefined &&
  accounts.some((each) => each.username === username && each.password === undefined);

function wouldBeLost(accounts: readonly HeldAccount[], reason: string): Error {
  const names = namesOf(accounts);
  return new Error(
    `the API keys of ${names} could not be revoked, and cannot be listed later, when only the password line of ${names} is known: ${reason}\n` +
      "  Nothing has changed. Run it again when the registry answers, or set zot-fleet:revokeKeys to false for one deployment:\n" +
      "  the keys then work until they expire.",
  );
}

const revokesNothing = "zot-fleet:revokeKeys is false";

const namesOf = (accounts: readonly HeldAccount[]) =>
  accounts.map(({ username }) => username).join(", ");

const withoutRepeats = (endpoints: readonly Endpoint[]) =>
  endpoints.filter(
    (each, index) => endpoints.findIndex((other) => isDeepStrictEqual(other, each)) === index,
  );

async function isThere({ statefulSet }: KeyRevocationInputs): Promise<boolean> {
  if (statefulSet === undefined) return true;
  const { context, namespace, name } = statefulSet;
  try {
    const reader = await kubernetesReader(context);
    for (const kind of ["StatefulSet", "Deployment"])
      if ((await reader.read({ apiVersion: "apps/v1", kind, namespace, name })) !== undefined)
        return true;
    return false;
  } catch (error) {
    if (error instanceof KubernetesError) return true;
    throw error;
  }
}
