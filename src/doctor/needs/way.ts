import { registryHost } from "../../config/cluster";
import { fine, missing, unseen, type Look, type Need } from "./need";
import type { Declared, Situation } from "./situation";

const hasRoute = (declared: Declared | undefined) =>
  declared === undefined || declared.cluster.gateways.length > 0;

const gateways: Need = {
  code: "ZD517",
  subject: "gateways",
  title: "a Gateway of the stack file would not serve the registry",
  hint: "Name Gateways that are there (zot-fleet:cluster.gateways), whose controller accepts them, with a listener that takes the host name and routes from the registry's namespace.",
  look: ({ cluster, config: { declared } }) => {
    if (!hasRoute(declared)) return [];
    if ("unseen" in cluster || declared === undefined)
      return [unseen("unseen" in cluster ? cluster.unseen : "the stack file cannot be read")];
    return declared.cluster.gateways.map((wanted, at) =>
      gatewayLook(wanted, declared, cluster.found.gateways[at]),
    );
  },
};

function gatewayLook(
  { name, namespace, section }: Declared["cluster"]["gateways"][number],
  { registry, cluster: { context } }: Declared,
  seen: ClusterGateway | undefined,
): Look {
  const place = namespace ?? registry.namespace;
  const whole = `${place}/${name}`;
  if (seen === undefined || "unseen" in seen)
    return unseen(seen?.unseen ?? `nobody looked at ${whole}`);
  const { found } = seen;
  if (found === undefined)
    return missing(`there is no Gateway ${whole}`, {
      command: `kubectl --context ${context} get gateways --all-namespaces`,
    });
  const command = `kubectl --context ${context} -n ${place} describe gateway ${name}`;
  if (found.refusal !== undefined) return missing(`${whole}: ${found.refusal}`, { command });
  const listeners = found.listeners.filter(
    (each) => section === undefined || each.name === section,
  );
  const [taking] = listeners.filter(({ problem }) => problem === undefined);
  if (taking !== undefined)
    return fine(`${whole} is accepted, and its listener ${taking.name} takes the route`);
  const why = listeners.map(({ name: listener, problem = "" }) => `${listener}: ${problem}`);
  return missing(
    `${whole}: ${why.length === 0 ? `there is no listener ${section ?? ""}`.trim() : why.join("; ")}`,
    { command },
  );
}

type ClusterGateway = Extract<
  Situation["cluster"],
  { found: unknown }
>["found"]["gateways"][number];

const dns: Need = {
  code: "ZD518",
  subject: "DNS",
  title: "the registry's host name leads nowhere",
  hint: "Make a DNS record for the host name that leads to a Gateway.",
  why: "Clients and nodes find the registry by its name. Nodes look it up with their own resolver: what this machine finds may not be what they find.",
  look: ({ host: seen, cluster, config: { declared } }) => {
    if (!hasRoute(declared)) return [];
    if ("unseen" in seen || declared === undefined)
      return [unseen("unseen" in seen ? seen.unseen : "the stack file cannot be read")];
    const host = registryHost(declared.cluster);
    const { found } = seen;
    const told = "found" in cluster ? cluster.found.gateways : [];
    const addresses = told.flatMap((each) =>
      "found" in each ? (each.found?.addresses ?? []) : [],
    );
    if ("addresses" in found) return [fine(`${host} leads to ${found.addresses.join(", ")}`)];
    const detail = `${host}: ${found.problem}`;
    const { via, connect } = declared.endpoint ?? {};
    if (connect !== undefined || via === "port-forward" || via === "address")
      return [
        unseen(
          `whether nodes find ${host}: this machine does not, and goes another way (endpoint)`,
        ),
      ];
    return [
      missing(detail, {
        ...(addresses.length === 0
          ? {}
          : { hint: `Make a DNS record for ${host} that leads to ${addresses.join(" or ")}.` }),
        command: `getent hosts ${host}`,
      }),
    ];
  },
};

const tls: Need = {
  code: "ZD519",
  subject: "TLS",
  title: "no certificate for the registry's host name is served",
  hint: "Give the Gateway's HTTPS listener a certificate for the host name, of a CA that clients trust; one of your own goes into zot-fleet:endpoint.ca, and to every node.",
  look: (situation) => {
    const { config, cluster, handshake } = situation;
    const { declared } = config;
    if (!hasRoute(declared)) return [];
    if (declared === undefined) return [unseen("the stack file cannot be read")];
    const host = registryHost(declared.cluster);
    const served = "found" in cluster ? cluster.found.certificates : [];
    const looks = served.map(({ gateway, listener, certificate }) => {
      const where = `${gateway}, listener ${listener}`;
      if ("unseen" in certificate) return unseen(`${where}: ${certificate.unseen}`);
      const { found } = certificate;
      if (found === undefined) return missing(`${where}: its Secret holds no certificate`);
      if (!found.covers)
        return missing(`${where}: its certificate is for ${found.names}, not ${host}`);
      return found.expired
        ? missing(`${where}: its certificate has expired`)
        : fine(`${where}: covers ${host}`);
    });
    if ("found" in handshake)
      looks.push(
        handshake.found === "trusted"
          ? fine(`${host} shakes hands, and is trusted`)
          : missing(handshake.found.problem),
      );
    const told = looks.filter(({ state }) => state !== "unseen");
    if (told.length > 0) return told;
    if (looks.length > 0) return looks;
    return [unseen("unseen" in handshake ? handshake.unseen : "no listener speaks HTTPS")];
  },
};

/** What lies between clients and the registry. */
export const wayNeeds: readonly Need[] = [gateways, dns, tls];
