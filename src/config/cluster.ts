import { z } from "zod";
import type { Problem } from "./problem";
import { kubernetesLabel } from "./registry";
import { allowedText, textLike, textThat } from "./rules";
import { found, pathText } from "./words";

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const labelPattern = new RegExp(`^${label}$`);
// The last label is no number (RFC 3696, section 2), or an IP address would pass.
const domainPattern = new RegExp(`^(?:${label}\\.)*(?=[a-z0-9-]*[a-z])${label}$`);

const uidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const gatewayObject = z.strictObject({
  name: kubernetesLabel("a Gateway's name").describe("The Gateway's name."),
  namespace: kubernetesLabel("a namespace")
    .optional()
    .describe("The Gateway's namespace. Default: the registry's."),
  section: kubernetesLabel("a listener's name")
    .optional()
    .describe("One listener of the Gateway. Default: every listener that fits the host name."),
});

const gateway = z
  .union([z.string().regex(new RegExp(`^(?:${label}/)?${label}$`)), gatewayObject])
  .register(allowedText, {
    allowed:
      "the name of a Gateway, such as private, or network/private in another namespace, or an object with name, namespace and section",
  })
  .describe("A Gateway: name, namespace/name, or its name, namespace and section (listener).");

/** The Gateways that route to the registry. */
const gatewaysSchema = z
  .array(gateway)
  .refine(areDistinct)
  .register(allowedText, {
    allowed: "a list of Gateways, each once, or each time with another section",
  })
  .default(["ts", "private", "public"])
  .describe(
    "The Gateways that route to the registry: name for one in the registry's namespace, namespace/name for any other. An empty list makes no route.",
  )
  .transform((all) => all.map(gatewayOf));

/** A DNS name has at most 253 characters, and `oci.` comes before the domain. */
const longestDomain = 253 - "oci.".length;

/** An HTTPRoute has at most 16 host names (Gateway API, HTTPRouteSpec), of which the registry's own is one. */
const mostAliases = 15;

const aliasesSchema = z
  .array(
    textLike(
      "a whole host name in lower case, without a scheme, such as oci.old.cc",
      domainPattern,
    ).max(253),
  )
  .max(mostAliases)
  .refine((all) => new Set(all).size === all.length)
  .register(allowedText, { allowed: `a list of host names, each once, at most ${mostAliases}` })
  .default([])
  .describe(
    "Host names that lead to the registry besides oci.<domain>: the old one, for as long as clients name it. The route serves all of them, and pull secrets hold all of them.",
  );

/** The cluster that a stack is bound to, and where its registry is reached. */
export const clusterSchema = z
  .strictObject({
    name: textLike(
      "a DNS label: lower-case letters, digits and dashes, such as ottawa",
      labelPattern,
    ).describe(
      "The cluster's name. The first one that a stack is deployed with identifies the cluster in Pulumi's state and in the labels of API keys; another one later changes nothing.",
    ),
    context: textThat(
      "the name of a kubeconfig context",
      (text) => text.trim() === text && !/\p{Cc}/u.test(text),
    )
      .min(1)
      .describe(
        "The kubeconfig context that reaches the cluster. Required, so that nothing depends on the context that happens to be current.",
      ),
    domain: textLike(
      "a DNS name in lower case, without a scheme, such as killinit.cc",
      domainPattern,
    )
      .max(longestDomain)
      .describe("The cluster's domain. The registry is oci.<domain>."),
    gateways: gatewaysSchema,
    rebind: textLike("the UID of a namespace kube-system, as the error names it", uidPattern)
      .optional()
      .describe(
        "The UID of the kube-system of a cluster that was built anew: the stack goes on with it at the next pulumi up --refresh. Accounts and passwords stay, everything else is made again.",
      ),
    aliases: aliasesSchema,
  })
  .describe("The cluster that this stack is bound to.");

export type ClusterConfig = z.output<typeof clusterSchema>;

type GatewayConfig = z.output<typeof gatewayObject>;

/** A Gateway as an object, however it is written. */
function gatewayOf(gateway: string | GatewayConfig): GatewayConfig {
  if (typeof gateway !== "string") return gateway;
  const [name = "", namespace] = gateway.split("/").reverse();
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

/** What the API server asks of a route's parentRefs (Gateway API, CommonRouteSpec): named twice, all need a listener of their own. */
function areDistinct(all: readonly (string | GatewayConfig)[]): boolean {
  const gateways = all.map(gatewayOf);
  return gateways.every((one, index) =>
    gateways.every(
      (other, at) =>
        at === index ||
        one.name !== other.name ||
        one.namespace !== other.namespace ||
        (one.section !== undefined && other.section !== undefined && one.section !== other.section),
    ),
  );
}

/** Aliases that are the registry's own name already; looks at raw values. */
export function aliasProblems(raw: Record<string, unknown>): Problem[] {
  const { data } = clusterSchema
    .pick({ domain: true, aliases: true })
    .strip()
    .safeParse(raw["cluster"]);
  if (data === undefined) return [];
  const own = registryHost(data);
  return data.aliases.flatMap((alias, index) =>
    alias === own
      ? {
          path: pathText(["cluster", "aliases", index]),
          found: `${found(alias)}, which the domain makes already`,
          allowed: "another host name than oci.<domain>",
        }
      : [],
  );
}

/** The host name under which a cluster's registry is reached. */
export function registryHost({ domain }: Pick<ClusterConfig, "domain">): string {
  return `oci.${domain}`;
}
