import type { Check } from "../check";
import { failed, passed, skipped } from "../outcomes";

export const replacedKeysRefused: Check = {
  code: "ZF703",
  title: "replaced API keys are refused",
  hint: 'Run "pulumi up --refresh": it revokes what has the label of a declared key.',
  async run({ client, apiKeys }) {
    const { replaced = [] } = apiKeys ?? {};
    if (replaced.length === 0) return skipped("no API key was replaced");
    return Promise.all(
      replaced.map(async (credentials) => {
        const { status } = await client(credentials).request({ method: "GET", path: "/v2/" });
        return status === 401
          ? passed("the key before is refused", credentials.username)
          : failed(`the key before is answered ${status}, not 401`, credentials.username);
      }),
    );
  },
};
