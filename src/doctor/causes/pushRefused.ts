import type { Cause } from "../finding";
import { errorOf } from "../text";
import { expiredKeys } from "./keyExpired";

const words = /\b401\b|unauthorized|authentication required|no basic auth/i;

export const pushRefused: Cause = {
  code: "ZD211",
  title: "the credentials are not accepted",
  hint: "Sign in anew, with the newest account: pulumi stack output ci --show-secrets. The one before works until the next rotation.",
  why: "Zot answers a wrong password, an account that was rotated away and an expired API key alike: 401.",
  depth: 3,
  find: (snapshot) => {
    const text = errorOf(snapshot);
    const { host } = snapshot.registry;
    return words.test(text) && expiredKeys(snapshot).length === 0
      ? [
          {
            subject: host,
            detail: `the error says ${words.exec(text)?.[0] ?? ""}`,
            command: `skopeo login ${host}`,
          },
        ]
      : [];
  },
};
