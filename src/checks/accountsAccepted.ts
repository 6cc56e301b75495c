import type { Check } from "./check";
import { failed, passed, skipped } from "./outcomes";

export const accountsAccepted: Check = {
  code: "ZF203",
  title: "every account is accepted",
  hint: "Is the htpasswd file that the registry reads the one that was made last? Zot does not see a changed mount: the pod must restart.",
  lag: 20_000,
  run: ({ client, accounts }) =>
    Promise.all(
      accounts.map(async ({ username, password }) => {
        if (password === undefined) return skipped("only its hash is known", username);
        const { status } = await client({ username, password }).request({
          method: "GET",
          path: "/v2/",
        });
        return status === 200
          ? passed("signs in", username)
          : failed(`its own password is answered ${status}`, username);
      }),
    ),
};
