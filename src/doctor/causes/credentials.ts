import { daysLeft } from "../../keys/life";
import { curl } from "../commands";
import { errorOf, unacceptedIn } from "../errorText";
import type { Cause } from "../finding";
import { failingPulls } from "../containers";
import type { Snapshot } from "../snapshot";
import { pullSecretTroubles } from "./pullSecrets";

/** The account's own keys that ended. */
const expiredKeys = ({ registry, now }: Snapshot) =>
  (registry.keys ?? []).filter((key) => daysLeft(key, new Date(now)) <= 0);

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
      unacceptedIn(errorOf(snapshot)) !== undefined ||
      failingPulls(snapshot).some(({ message }) => unacceptedIn(message) !== undefined) ||
      (cluster?.pullSecrets ?? []).some(({ status }) => status === 401);
    const own = (asked ? expiredKeys(snapshot) : []).map(({ label, expiresAt = "" }) => ({
      subject: `the key ${label}`,
      detail: `expired on ${expiresAt}`,
      command: curl(snapshot, "/zot/auth/apikey"),
    }));
    return [...held, ...own];
  },
};

const credentialsRefused: Cause = {
  code: "ZD211",
  title: "the credentials are not accepted",
  hint: "Sign in anew, with the newest account: pulumi stack output ci --show-secrets. The one before works until the next rotation.",
  why: "Zot answers a wrong password, an account that was rotated away and an expired API key alike: 401.",
  depth: 3,
  find: (snapshot) => {
    const said = unacceptedIn(errorOf(snapshot));
    const { host, account = "", signedIn } = snapshot.registry;
    if (expiredKeys(snapshot).length > 0) return [];
    const details = [
      ...(said === undefined ? [] : [`the error says ${said}`]),
      // Under it nothing was seen that could be called fine.
      ...(signedIn === false
        ? [`${account} was refused with the password that was given here`]
        : []),
    ];
    return details.length === 0
      ? []
      : [{ subject: host, detail: details.join("; "), command: `skopeo login ${host}` }];
  },
};

/** Credentials that Zot answers with 401: which of them it was, it does not say. */
export const credentialCauses: readonly Cause[] = [keyExpired, credentialsRefused];
