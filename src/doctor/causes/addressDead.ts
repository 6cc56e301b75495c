import { curl } from "../commands";
import type { Cause } from "../finding";
import { leadsNowhere } from "../text";

export const addressDead: Cause = {
  code: "ZD109",
  title: "the registry runs, and its address does not answer",
  hint: "Look at what lies between: the gateway and its pods, a firewall, a network policy, a proxy, the Service's endpoints.",
  depth: 2,
  find: (snapshot) => {
    const { registry, cluster } = snapshot;
    const { host, url, reach } = registry;
    if (cluster?.registryPod?.ready !== true) return [];
    // A name or a certificate that is wrong are causes of their own.
    const dead =
      "reason" in reach
        ? reach.reason !== "tls" && !leadsNowhere(reach.message)
        : reach.status >= 500;
    if (!dead) return [];
    const detail = "reason" in reach ? reach.message : `${url}/v2/ answers ${reach.status}`;
    return [{ subject: host, detail, command: curl(snapshot, "/v2/") }];
  },
};
