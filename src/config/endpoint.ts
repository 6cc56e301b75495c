import { z } from "zod";
import { addressProblem } from "../registry/address";
import type { Problem } from "./problem";
import { textThat } from "./rules";
import { found, pathText } from "./words";

/** Certificates in PEM. */
export const certificates = () =>
  textThat("certificates in PEM", (text) =>
    /-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----/.test(text),
  );

/** Where a server answers, without a path and credentials. */
export const serverUrl = () =>
  textThat(
    "http(s)://host[:port]",
    (text) => /^https?:\/\//.test(text) && addressProblem({ url: text }) === undefined,
  );

/** What is dialled in the place of a URL's host. */
export const dialledAddress = () =>
  textThat(
    "host:port",
    (text) => addressProblem({ url: "https://x.test", connect: text }) === undefined,
  );

/** How the registry is reached from where `pulumi up` runs. */
export const endpointSchema = z
  .strictObject({
    via: z
      .enum(["route", "port-forward", "address"])
      .describe(
        "route: by the host name that the gateways serve. port-forward: through the cluster's API server. address: at a url.",
      ),
    url: serverUrl().optional().describe("Where the registry is. For via: address."),
    ca: certificates()
      .optional()
      .describe(
        "Certificates to trust besides the public ones, in PEM. For via: route and via: address.",
      ),
    connect: dialledAddress()
      .optional()
      .describe(
        "Where to dial instead, host:port; the name in the request and the certificate stays. For via: route and via: address.",
      ),
  })
  .describe(
    "How the registry is reached from where the deployment runs. Default: by its route, or by a port-forward where cluster.gateways is empty.",
  );

/** Keys that do not go with `via`; looks at raw values. */
export function endpointProblems(raw: unknown): Problem[] {
  const { data } = endpointSchema.safeParse(raw);
  if (data === undefined) return [];
  const { via } = data;
  const problem = (key: string, value: unknown, allowed: string): Problem => ({
    path: pathText(["endpoint", key]),
    found: value === undefined ? "nothing" : `${found(value)} with via: ${via}`,
    allowed,
  });
  if (via === "address" && data.url === undefined)
    return [problem("url", undefined, "http(s)://host[:port], which via: address needs")];
  return (["url", "ca", "connect"] as const).flatMap((key) => {
    const fits = key === "url" ? via === "address" : via !== "port-forward";
    return data[key] === undefined || fits
      ? []
      : [problem(key, data[key], `nothing: it is not for via: ${via}`)];
  });
}
