import { curl } from "../commands";
import type { Cause } from "../finding";
import type { Snapshot } from "../snapshot";
import { errorOf, failingPulls, refused } from "../text";
import { pullSecretTroubles } from "./pullSecrets";

/** The account's own keys that ended. */
const expiredKeys = ({ registry, now }: Snapshot) =>
  (registry.keys ?? []).filter(({ expires }) => expires !== undefined && Date.parse(expires) < now);

const keyExpired: Cause = {
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

const unaccepted = /\b401\b|unauthorized|authentication required|no basic auth/i;

const pushRefused: Cause = {
  code: "ZD211",
  title: "the credentials are not accepted",
  hint: "Sign in anew, with the newest account: pulumi stack output ci --show-secrets. The one before works until the next rotation.",
  why: "Zot answers a wrong password, an account that was rotated away and an expired API key alike: 401.",
  depth: 3,
  find: (snapshot) => {
    const text = errorOf(snapshot);
    const { host } = snapshot.registry;
    return unaccepted.test(text) && expiredKeys(snapshot).length === 0
      ? [
          {
            subject: host,
            detail: `the error says ${unaccepted.exec(text)?.[0] ?? ""}`,
            command: `skopeo login ${host}`,
          },
        ]
      : [];
  },
};

/** Credentials that Zot answers with 401: which of them it was, it does not say. */
export const credentialCauses: readonly Cause[] = [keyExpired, pushRefused];
