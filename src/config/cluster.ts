import { z } from "zod";
import { gatewaysSchema } from "./gateways";
import type { Problem } from "./problem";
import { allowedText, textLike, textThat } from "./rules";
import { found, pathText } from "./words";

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const labelPattern = new RegExp(`^${label}$`);
// The last label is no number (RFC 3696, section 2), or an IP address would pass.
const domainPattern = new RegExp(`^(?:${label}\\.)*(?=[a-z0-9-]*[a-z])${label}$`);

const uidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
      (text) => text.trim() === text && text !== "" && !/\p{Cc}/u.test(text),
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
