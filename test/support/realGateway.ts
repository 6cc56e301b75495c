import type { TestCluster } from "./clusterProject";

interface Conditions {
  status?: { conditions?: { type: string; status: string }[] };
}

const holds = ({ status }: Conditions, type: string) =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ??
  false;

/** The class that a controller of this cluster works for; undefined where there is none. */
export async function acceptedClass({ kubectl }: TestCluster): Promise<string | undefined> {
  const { items } = JSON.parse(await kubectl("get", "gatewayclass", "-o", "json")) as {
    items: (Conditions & { metadata: { name: string } })[];
  };
  return items.find((each) => holds(each, "Accepted"))?.metadata.name;
}

/** What a Gateway `public` listens for, at its section `https`. */
export interface GatewaySettings {
  namespace: string;
  host: string;
  gatewayClass: string;
  key: string;
  cert: string;
}

/** Makes a namespace with a Gateway `public`, and waits until its controller has taken it. */
export async function makeGateway(
  { apply, kubectl }: TestCluster,
  { namespace, host, gatewayClass, key, cert }: GatewaySettings,
): Promise<void> {
  await kubectl("create", "namespace", namespace);
  await apply(
    {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/tls",
      metadata: { name: "public-tls", namespace },
      stringData: { "tls.key": key, "tls.crt": cert },
    },
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name: "public", namespace },
      spec: {
        gatewayClassName: gatewayClass,
        listeners: [
          {
            name: "https",
            protocol: "HTTPS",
            port: 443,
            hostname: host,
            tls: { certificateRefs: [{ name: "public-tls" }] },
          },
        ],
      },
    },
  );
  const accepted = ["--for=condition=Accepted", "gateway/public", "--timeout=60s"];
  await kubectl("-n", namespace, "wait", ...accepted);
}

/** Where the Gateway listens; one that tells no address is on this machine. */
export async function gatewayAddress({ kubectl }: TestCluster, namespace: string): Promise<string> {
  const path = "jsonpath={.status.addresses[0].value}";
  const address = await kubectl("-n", namespace, "get", "gateway", "public", "-o", path);
  return address === "" ? "127.0.0.1" : address;
}
