import { isRefused, listKeys } from "../../keys/registryKeys";
import type { Check, CheckContext, Finding, KnownAccount } from "../check";
import { failed, passed } from "../outcomes";
import { existingTag, probeRights } from "../rightsByRole";
import type { ExpectedApiKey } from "./expectedKeys";

export const keysAccepted: Check = {
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
