import { readApi } from "../facts/reach";
import { isOurs } from "../keys/label";
import { daysLeft } from "../keys/life";
import { isOff, isRefused, listKeys, type RegistryKey } from "../keys/registryKeys";
import type { Check, CheckContext, Finding } from "./check";
import {
  isKnown,
  type ExpectedAccount,
  type ExpectedApiKey,
  type KnownAccount,
} from "./expectations";
import { failed, nothingDeclared, passed, skipped, tell, warning } from "./outcomes";
import { existingTag, probeRights } from "./rights";

const keysAccepted: Check = {
  code: "ZF701",
  title: "every API key acts as its account",
  hint: 'Run "pulumi up --refresh": it finds keys that are gone, makes new ones and delivers them.',
  why: "A key that the registry refuses is a pipeline that fails at its next push. One that may do more than its account is a hole.",
  async run(context) {
    const { declared = [] } = context.apiKeys ?? {};
    const tag = await existingTag(context);
    return Promise.all(
      declared.map(async (key): Promise<Finding> => {
        const refused = await whyNot(context, key);
        if (refused !== undefined) return failed(refused, key.name);
        const account = asAccount(context, key);
        if (account === undefined || tag === undefined)
          return passed(`signs in as ${key.username}`, key.name);
        const { detail, ...finding } = await probeRights(context, account, tag);
        return { ...finding, detail: `as ${key.username}, ${detail}`, subject: key.name };
      }),
    );
  },
};

/** Zot lists the keys of the account that asks: a key that is in the list acts as that account. */
async function whyNot(
  { client }: CheckContext,
  { username, password, id }: ExpectedApiKey,
): Promise<string | undefined> {
  if (password === undefined) return "it was not made";
  try {
    const listed = await listKeys(client({ username, password }));
    return listed.some((key) => key.id === id) ? undefined : `it is no key of ${username}`;
  } catch (error) {
    if (isRefused(error)) return `the registry refuses it as ${username}`;
    throw error;
  }
}

function asAccount(
  { accounts }: CheckContext,
  { username, password }: ExpectedApiKey,
): KnownAccount | undefined {
  const account = accounts.find((each) => each.username === username);
  return account === undefined || password === undefined ? undefined : { ...account, password };
}

const keysLast: Check = {
  code: "ZF702",
  title: "API keys last",
  hint: 'Run "pulumi up --refresh", which renews them: workflows/ has a job that does so every night.',
  why: "A deployment alone does not look at the clock, so that its preview is empty: a refresh does.",
  run: ({ apiKeys }) =>
    Promise.resolve(
      (apiKeys?.declared ?? []).map(({ name, expiresAt, renewBeforeDays }) => {
        const days = daysLeft({ ...(expiresAt === undefined ? {} : { expiresAt }) }, new Date());
        const until = expiresAt ?? "";
        if (days <= 0) return failed(`expired on ${until}`, name);
        const words = `${Math.floor(days)} days left, until ${until}`;
        return days < renewBeforeDays
          ? warning(`${words}; renewed from ${renewBeforeDays} on`, name)
          : { ...passed(words, name), left: days };
      }),
    ),
};

const replacedKeysRefused: Check = {
  code: "ZF703",
  title: "replaced API keys are refused",
  hint: 'Run "pulumi up --refresh": it revokes what has the label of a declared key.',
  async run({ client, apiKeys }) {
    const { replaced = [] } = apiKeys ?? {};
    if (replaced.length === 0) return nothingDeclared("no API key was replaced");
    return Promise.all(
      replaced.map(async (credentials) => {
        const { status } = await readApi(client(credentials));
        return status === 401
          ? passed("the key before is refused", credentials.username)
          : failed(`the key before is answered ${status}, not 401`, credentials.username);
      }),
    );
  },
};

const noKeyLeftOver: Check = {
  code: "ZF704",
  title: "no API key outlives what it was made for, and each was declared",
  hint: 'Of a key with a name of ours that no state knows: "pulumi up --refresh" revokes it where its name is still declared. Of any other: sign in as its account and DELETE /zot/auth/apikey?id=<id>, or declare one under zot-fleet:apiKeys in its place.',
  why: "Zot's keys know nothing of the htpasswd file: a key works on when its account is gone, and whoever had a leaked password may have made one. Zot lists the keys of whoever asks, and nobody else's: those of an account that is known by its hash alone, or that signs in through an identity provider, cannot be listed.",
  async run(context) {
    const owed = (context.apiKeys?.unrevoked ?? []).map((name): Finding => ({
      ...warning(
        "it went, or got another password, and its keys were not revoked: they work until they expire",
        name,
      ),
      hint: `Deploy with zot-fleet:revokeKeys true. Where only the line of ${name} is known, give its password itself for one deployment: it lists the keys, and revokes them all.`,
    }));
    const found = await Promise.all(
      context.accounts.map((account) => tell(() => keysOf(context, account), account.username)),
    );
    return [...found.flat(), ...owed];
  },
};

async function keysOf(
  { client, apiKeys }: CheckContext,
  account: ExpectedAccount,
): Promise<Finding[]> {
  const { username } = account;
  if (!isKnown(account))
    return [skipped("only its hash is known: its keys cannot be listed", username)];
  try {
    const keys = await listKeys(client({ username, password: account.password }));
    const declared = new Set(apiKeys?.declared.map(({ id }) => id));
    const others = keys.filter(({ id }) => !declared.has(id));
    if (others.length === 0) return [passed(`${keys.length} declared`, username)];
    return others.map((key) => warning(leftOverText(key), username));
  } catch (error) {
    if (isOff(error)) return [skipped("the registry has no API keys", username)];
    throw error;
  }
}

const leftOverText = (key: RegistryKey) =>
  isOurs(key.label)
    ? `no state knows ${keyText(key)}, id ${key.id}`
    : `nobody declared ${keyText(key)}, id ${key.id}: it was made by hand`;

const keyText = ({ label, expiresAt }: RegistryKey) =>
  `${JSON.stringify(label)} (${expiresAt === undefined ? "never expires" : `until ${expiresAt}`})`;

/** The checks of a registry with API keys; they run after its own. */
export const keyChecks: readonly Check[] = [
  keysAccepted,
  keysLast,
  replacedKeysRefused,
  noKeyLeftOver,
];
