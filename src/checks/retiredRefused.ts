import type { Check } from "./check";
import { failed, passed, skipped } from "./outcomes";

export const retiredRefused: Check = {
  code: "ZF204",
  title: "replaced passwords are refused",
  hint: "The old password still opens the registry: has it restarted with the new htpasswd file?",
  lag: 20_000,
  async run({ client, retired }) {
    if (retired.length === 0) return skipped("no password was replaced");
    return Promise.all(
      retired.map(async (credentials) => {
        const { status } = await client(credentials).request({ method: "GET", path: "/v2/" });
        return status === 401
          ? passed("the password before is refused", credentials.username)
          : failed(`the password before is answered ${status}, not 401`, credentials.username);
      }),
    );
  },
};
