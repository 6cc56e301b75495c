import type { ExpectedKeys } from "../checks/expectations";
import type { DeepInput } from "../resources/declared";
import type { KeyRevocationEnd } from "../resources/classes";
import { inDays } from "../zot/duration";
import type { ApiKeys } from "./apiKeys";

/** What the verification compares the registry's API keys with. */
export const expectedKeys = (
  { keys }: Pick<ApiKeys, "keys">,
  { owed }: Pick<KeyRevocationEnd, "owed">,
): DeepInput<ExpectedKeys> => ({
  declared: keys.map(({ declared: { name, renewBefore }, key }) => ({
    name,
    username: key.login.apply((login) => login?.username ?? ""),
    id: key.keyId,
    password: key.login.apply((login) => login?.password),
    expiresAt: key.expiresAt,
    renewBeforeDays: inDays(renewBefore),
  })),
  unrevoked: owed,
});
