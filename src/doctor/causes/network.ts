import { isReached } from "../../facts/reach";
import { curl, kubectl } from "../commands";
import { leadsNowhere } from "../errorText";
import type { Cause } from "../finding";
import type { Snapshot } from "../snapshot";

const endpointOf = (url: string) => `${new URL(url).hostname}:${new URL(url).port || "443"}`;

const tlsWrong: Cause = {
  code: "ZD103",
  title: "the registry's certificate is not trusted, or not its own",
  hint: "Let the gateway serve a certificate for this host name with its whole chain; of a CA of your own, every node and client needs the root.",
  depth: 1,
  find: ({ registry: { host, url, reach } }) =>
    "reason" in reach && reach.reason === "tls"
      ? [
          {
            subject: host,
            detail: reach.message,
            command: `openssl s_client -connect ${endpointOf(url)} -servername ${new URL(url).hostname} -showcerts </dev/null`,
          },
        ]
      : [],
};

const dnsWrong: Cause = {
  code: "ZD104",
  title: "the registry's host name leads nowhere",
  hint: "Make the DNS record of the host name lead to a gateway, and correct the name where it is spelt wrong.",
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

const routeNotAccepted: Cause = {
  code: "ZD105",
  title: "a gateway does not accept the registry's route",
  hint: "Name gateways that are there (zot-fleet:cluster.gateways), whose listeners allow routes from the registry's namespace and fit its host name.",
  depth: 1,
  find: (snapshot) =>
    (snapshot.cluster?.route?.parents ?? [])
      .filter(({ accepted }) => !accepted)
      .map(({ gateway, message }) => ({
        subject: gateway,
        detail: message,
        command: kubectl(
          snapshot,
          `-n ${snapshot.cluster?.registryPlace?.namespace ?? "default"} describe httproute ${snapshot.cluster?.route?.name ?? ""}`,
        ),
      })),
};

const addressDead: Cause = {
  code: "ZD109",
  title: "the registry runs, and its address does not answer",
  hint: "Look at what lies between: the gateway and its pods, a firewall, a network policy, a proxy, the Service's endpoints.",
  depth: 2,
  find: (snapshot) => {
    const { registry, cluster } = snapshot;
    const { host, url, reach } = registry;
    if (!(cluster?.registryPods ?? []).some(({ ready }) => ready)) return [];
    // A name or a certificate that is wrong are causes of their own.
    const dead =
      "reason" in reach
        ? reach.reason !== "tls" && !leadsNowhere(reach.message)
        : !isReached(reach);
    if (!dead) return [];
    const detail =
      "reason" in reach
        ? reach.message
        : `${url}/v2/ answers ${reach.status}, which no registry does`;
    return [{ subject: host, detail, command: curl(snapshot, "/v2/") }];
  },
};

/** Whether another cause tells more of why an address gave no answer. */
const isTold = (reach: Extract<Snapshot["registry"]["reach"], { reason: unknown }>) =>
  reach.reason === "tls" || leadsNowhere(reach.message) || reach.message.includes("refused");

const addressWrong: Cause = {
  code: "ZD116",
  title: "the address does not answer as a registry does",
  hint: "Look at the registry's own log, and at what lies between: a gateway, a load balancer, a proxy, a limit of requests. With --stack its pods are looked at as well.",
  why: "429 is a limit of requests, 502 to 504 come from a gateway that does not reach the registry. One that takes connections and answers nothing stands still, or something before it does.",
  depth: 2,
  find: (snapshot) => {
    const { registry, cluster } = snapshot;
    const { host, url, reach } = registry;
    // What its pods say goes before.
    if (cluster?.registryPods !== undefined || isReached(reach)) return [];
    if ("reason" in reach && isTold(reach)) return [];
    const detail = "reason" in reach ? reach.message : `${url}/v2/ answers ${reach.status}`;
    return [{ subject: host, detail, command: curl(snapshot, "/v2/") }];
  },
};

/** What lies between a client and the registry: its name, its certificate, the gateway's route, and whether the address answers. */
export const networkCauses: readonly Cause[] = [
  tlsWrong,
  dnsWrong,
  routeNotAccepted,
  addressDead,
  addressWrong,
];
