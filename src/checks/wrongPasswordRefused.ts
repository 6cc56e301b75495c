import { randomBytes } from "node:crypto";
import type { Check } from "./check";
import { failed, passed, skipped } from "./outcomes";

export const wrongPasswordRefused: Check = {
  code: "ZF202",
  title: "a wrong password is refused",
  hint: "Does the registry read the htpasswd file at all? Look at http.auth.htpasswd.path in its config.",
  async run({ client, accounts }) {
    const [account] = accounts;
    if (account === undefined) return skipped("no account is known");
    const { username } = account;
    const password = randomBytes(16).toString("hex");
    const { status } = await client({ username, password }).request({
      method: "GET",
      path: "/v2/",
    });
    return status === 401
      ? passed(`${username} with a random password: 401`)
      : failed(`${username} with a random password is answered ${status}, not 401`);
  },
};
