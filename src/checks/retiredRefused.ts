import type { Check } from "./check";
import { late, passed, skipped } from "./outcomes";

export const retiredRefused: Check = {
  code: "ZF204",
  title: "replaced passwords are refused",
  hint: "The old password still opens the registry: has it restarted with the new htpasswd file?",
  why: "A rotation that leaves the password before alive has rotated nothing. Zot reads its htpasswd file once: only a restarted pod forgets.",
  // The pod with the file before may answer until the new one is ready.
  lag: 20_000,
  async run({ client, retired }) {
    if (retired.length === 0) return skipped("no password was replaced");
    return Promise.all(
      retired.map(async (credentials) => {
        const { status } = await client(credentials).request({ method: "GET", path: "/v2/" });
        return status === 401
          ? passed("the password before is refused", credentials.username)
          : late(`the password before is answered ${status}, not 401`, credentials.username);
      }),
    );
  },
};
