import type { Cause } from "../finding";
import { leadsNowhere } from "../text";

export const dnsWrong: Cause = {
  code: "ZD104",
  title: "the registry's host name leads nowhere",
  hint: "Make the DNS record of the host name lead to a gateway, and mend the name where it is spelt wrong.",
  why: "Nodes look names up with their own resolver, not the cluster's: a name that pods know may be unknown to the kubelet.",
  depth: 1,
  find: ({ registry: { host, reach } }) =>
    "reason" in reach && leadsNowhere(reach.message)
      ? [
          {
            subject: host,
            detail: reach.message,
            command: `getent hosts ${host.replace(/:\d+$/, "")}`,
          },
        ]
      : [],
};
