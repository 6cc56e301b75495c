import { isIP } from "node:net";
import { z } from "zod";
import { allowedText, textThat } from "./rules";

const labelPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function isNetwork(text: string): boolean {
  const [, address = "", bits = ""] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}

/** A NetworkPolicy for the registry's pod. */
export const networkPolicySchema = z
  .strictObject({
    from: z
      .array(
        textThat(
          "a namespace, such as envoy-gateway-system, or a network, such as 10.0.0.0/16",
          (text) => labelPattern.test(text) || isNetwork(text),
        ),
      )
      .register(allowedText, { allowed: "a list of namespaces and networks" })
      .optional()
      .describe(
        "Who reaches the registry's pod: namespaces whose pods may (where the gateways' own pods run, and Prometheus), and networks (the nodes', where a gateway uses the host's). Default: everybody, on Zot's port alone. Probes and port-forwards always come through.",
      ),
  })
  .describe(
    "Makes a NetworkPolicy for the registry's pod: nobody but from reaches it, and it reaches DNS, its upstreams and the identity provider by their ports, and nothing else. Default: none is made.",
  );
