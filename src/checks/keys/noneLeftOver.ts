import { isOurs } from "../../keys/label";
import { isOff, listKeys, type RegistryKey } from "../../keys/registryKeys";
import {
  isKnown,
  type Check,
  type CheckContext,
  type ExpectedAccount,
  type Finding,
} from "../check";
import { passed, skipped, tell, warning } from "../outcomes";

export const noKeyLeftOver: Check = {
  code: "ZF704",
  title: "no API key outlives what it was made for",
  hint: 'Of a key that no state knows: "pulumi up --refresh" revokes it where its name is still declared; else sign in as its account and DELETE /zot/auth/apikey?id=<id>.',
  why: "Zot's keys know nothing of the htpasswd file: a key works on when its account is gone. Zot lists the keys of whoever asks, and nobody else's: those of an account that is gone, that is known by its hash alone, or that signs in through an identity provider cannot be listed.",
  async run(context) {
    const gone = (context.apiKeys?.unrevoked ?? []).map((name) =>
      warning(
        "it went, or changed its password, and its keys could not be revoked: they work until they expire",
        name,
      ),
    );
    const found = await Promise.all(
      context.accounts.map((account) => tell(() => keysOf(context, account), account.username)),
    );
    return [...found.flat(), ...gone];
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
    const unknown = keys.filter(({ id, label }) => isOurs(label) && !declared.has(id));
    if (unknown.length === 0) return [passed(summary(keys), username)];
    return unknown.map((key) => warning(`no state knows ${words(key)}, id ${key.id}`, username));
  } catch (error) {
    if (isOff(error)) return [skipped("the registry has no API keys", username)];
    throw error;
  }
}

function summary(keys: readonly RegistryKey[]): string {
  const others = keys.filter(({ label }) => !isOurs(label));
  const declared = `${keys.length - others.length} declared`;
  return others.length === 0
    ? declared
    : `${declared}, ${others.length} made by hand: ${others.map(words).join(", ")}`;
}

const words = ({ label, expiresAt }: RegistryKey) =>
  `${JSON.stringify(label)} (${expiresAt === undefined ? "never expires" : `until ${expiresAt}`})`;
