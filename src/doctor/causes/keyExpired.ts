import { curl } from "../commands";
import type { Cause } from "../finding";
import { pullSecretTroubles } from "../pullSecretTroubles";
import type { Snapshot } from "../snapshot";
import { errorOf, failingPulls, refused } from "../text";

/** The account's own keys that ended. */
export const expiredKeys = ({ registry, now }: Snapshot) =>
  (registry.keys ?? []).filter(({ expires }) => expires !== undefined && Date.parse(expires) < now);

export const keyExpired: Cause = {
  code: "ZD207",
  title: "an API key has expired or was revoked",
  hint: 'Run "pulumi up --refresh", which renews declared keys; of another, make a new one and give it to whoever used the old one.',
  why: "Zot answers an expired key like a wrong password: 401, without a reason.",
  depth: 3,
  find: (snapshot) => {
    const { cluster } = snapshot;
    const held = pullSecretTroubles(snapshot, "keyRefused");
    const asked =
      refused(errorOf(snapshot)) ||
      failingPulls(snapshot).some(({ message }) => refused(message)) ||
      (cluster?.pullSecrets ?? []).some(({ status }) => status === 401);
    const own = (asked ? expiredKeys(snapshot) : []).map(({ label, expires = "" }) => ({
      subject: `the key ${label}`,
      detail: `expired on ${expires}`,
      command: curl(snapshot, "/zot/auth/apikey"),
    }));
    return [...held, ...own];
  },
};
