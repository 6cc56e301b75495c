import type { ExpectedKeys } from "../checks/keys/expectedKeys";
import type { DeepInput } from "../dynamic/deepInput";
import type { KeyRevocation } from "../dynamic/keyRevocation";
import type { ApiKeys } from "./apiKeys";

/** What the verification compares the registry's API keys with. */
export const expectedKeys = (
  { keys }: Pick<ApiKeys, "keys">,
  { unrevoked }: Pick<KeyRevocation, "unrevoked">,
): DeepInput<ExpectedKeys> => ({
  declared: keys.map(({ declared: { name, renewBeforeDays }, key }) => ({
    name,
    username: key.login.apply((login) => login?.username ?? ""),
    id: key.keyId,
    password: key.login.apply((login) => login?.password),
    expiresAt: key.expiresAt,
    renewBeforeDays,
  })),
  unrevoked: unrevoked.apply((names) => names ?? []),
});
