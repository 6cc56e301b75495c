import { isKnown, type Check } from "./check";
import { late, passed, skipped } from "./outcomes";

export const accountsAccepted: Check = {
  code: "ZF203",
  title: "every account is accepted",
  hint: "Is the htpasswd file that the registry reads the one that was made last? Zot does not see a changed mount: the pod must restart.",
  // The pod with the file before may answer until the new one is ready.
  lag: 20_000,
  run: ({ client, accounts }) =>
    accounts.length === 0
      ? Promise.resolve(skipped("no account is known"))
      : Promise.all(
          accounts.map(async (account) => {
            const { username } = account;
            if (!isKnown(account)) return skipped("only its hash is known", username);
            const { status } = await client({ username, password: account.password }).request({
              method: "GET",
              path: "/v2/",
            });
            return status === 200
              ? passed("signs in", username)
              : late(`its own password is answered ${status}`, username);
          }),
        ),
};
