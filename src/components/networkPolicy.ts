import { isIP } from "node:net";
import type { NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { Upstream } from "../zot/upstreams";
import { podLabels, releaseName, zotPort } from "../zot/chartValues";
import type { SharedStorage } from "../zot/sharedStorage";

/** Who reaches the registry's pod. */
export interface NetworkPolicySettings {
  /** Namespaces, and networks such as `10.0.0.0/16`. @default everybody, on Zot's port alone */
  from?: readonly string[] | undefined;
}

/** What of the world outside the registry asks for. */
interface Needs {
  upstreams?: readonly Pick<Upstream, "url">[] | undefined;
  issuer?: string | undefined;
  shared?: SharedStorage | undefined;
  /** Whether pods ask for an identity of their own, at a server of their node that answers at http. */
  identity?: boolean;
}

/**
 * The least that a registry works with: Zot's port for those who may, and outwards what it was told to ask, with DNS. Probes and
 * port-forwards come from the pod's own node, which no NetworkPolicy keeps out (kubernetes.io, "Network Policies").
 */
export function networkPolicyArgs(
  namespace: string,
  { from }: NetworkPolicySettings,
  { upstreams = [], issuer, shared, identity = false }: Needs,
): NetworkPolicyArgs {
  const asked = [...upstreams.map(({ url }) => url), ...(issuer === undefined ? [] : [issuer])];
  const ports = [
    ...new Set([
      ...asked.flatMap(portsOf),
      ...(shared === undefined ? [] : sharedPorts(shared)),
      ...(identity ? [80] : []),
    ]),
  ].sort((a, b) => a - b);
  const tcp = (port: number) => ({ protocol: "TCP", port });
  return {
    metadata: { name: releaseName, namespace },
    spec: {
      podSelector: { matchLabels: podLabels },
      policyTypes: ["Ingress", "Egress"],
      ingress:
        from?.length === 0
          ? // A rule with an empty list would be one for everybody.
            []
          : [{ ports: [tcp(zotPort)], ...(from === undefined ? {} : { from: from.map(peer) }) }],
      egress:
        ports.length === 0
          ? []
          : [{ ports: [{ protocol: "UDP", port: 53 }, tcp(53), ...ports.map(tcp)] }],
    },
  };
}

/** A server may send on to another host, for blobs or tokens, which answers at https. */
function portsOf(url: string): number[] {
  const { protocol, port } = new URL(url);
  return [443, ...(port === "" ? (protocol === "http:" ? [80] : []) : [Number(port)])];
}

const sharedPorts = ({ s3, redis }: SharedStorage) => [
  ...portsOf(s3.endpoint ?? "https://s3.amazonaws.com"),
  ...redis.addresses.map((address) => Number(address.slice(address.lastIndexOf(":") + 1))),
];

const peer = (who: string) =>
  isIP(who.split("/")[0] ?? "") === 0
    ? { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": who } } }
    : { ipBlock: { cidr: who } };
