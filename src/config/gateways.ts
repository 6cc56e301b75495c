import { z } from "zod";
import { allowedText, textLike } from "./rules";

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const labelPattern = new RegExp(`^${label}$`);

const gatewayObject = z.strictObject({
  name: z.string().regex(labelPattern).describe("The Gateway's name."),
  namespace: z
    .string()
    .regex(labelPattern)
    .optional()
    .describe("The Gateway's namespace. Default: the registry's."),
  section: z
    .string()
    .regex(labelPattern)
    .optional()
    .describe("One listener of the Gateway. Default: every listener that fits the host name."),
});

const gateway = z
  .union([
    textLike(
      "the name of a Gateway, such as private or network/private",
      new RegExp(`^(?:${label}/)?${label}$`),
    ),
    gatewayObject,
  ])
  .register(allowedText, {
    allowed:
      "the name of a Gateway, such as private, or network/private in another namespace, or an object with name, namespace and section",
  })
  .describe("A Gateway: name, namespace/name, or its name, namespace and section (listener).");

/** The Gateways that route to the registry. */
export const gatewaysSchema = z
  .array(gateway)
  .refine(areDistinct)
  .register(allowedText, {
    allowed: "a list of Gateways, each once, or each time with another section",
  })
  .default(["ts", "private", "public"])
  .describe(
    "The Gateways that route to the registry: name for one in the registry's namespace, namespace/name for any other. An empty list makes no route.",
  );

export type GatewayConfig = z.output<typeof gatewayObject>;

/** A Gateway as an object, however it is written. */
export function gatewayOf(gateway: string | GatewayConfig): GatewayConfig {
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
