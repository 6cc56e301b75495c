import type { Cause } from "../finding";
import { errorOf, failingPulls, refused } from "../text";

export const keyExpired: Cause = {
  code: "ZD207",
  title: "an API key has expired",
  hint: 'Run "pulumi up --refresh", which renews declared keys; of another, make a new one and give it to whoever used the old one.',
  why: "Zot answers an expired key like a wrong password: 401, without a reason.",
  depth: 3,
  find: (snapshot) => {
    const { registry, cluster, now } = snapshot;
    const asked =
      refused(errorOf(snapshot)) ||
      failingPulls(snapshot).some(({ message }) => refused(message)) ||
      (cluster?.pullSecrets ?? []).some(({ status }) => status === 401);
    return (registry.keys ?? [])
      .filter(({ expires }) => asked && expires !== undefined && Date.parse(expires) < now)
      .map(({ label, expires = "" }) => ({
        subject: `the key ${label}`,
        detail: `expired on ${expires}`,
        command: `curl --user USER ${registry.url}/zot/auth/apikey`,
      }));
  },
};
