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
    return others.map((key) => warning(told(key), username));
  } catch (error) {
    if (isOff(error)) return [skipped("the registry has no API keys", username)];
    throw error;
  }
}

const told = (key: RegistryKey) =>
  isOurs(key.label)
    ? `no state knows ${words(key)}, id ${key.id}`
    : `nobody declared ${words(key)}, id ${key.id}: it was made by hand`;

const words = ({ label, expiresAt }: RegistryKey) =>
  `${JSON.stringify(label)} (${expiresAt === undefined ? "never expires" : `until ${expiresAt}`})`;
