import { z } from "zod";
import { allowedText, textLike } from "./rules";

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const gatewayObject = z.strictObject({
  name: z.string().regex(label).describe("The Gateway's name."),
  namespace: z
    .string()
    .regex(label)
    .optional()
    .describe("The Gateway's namespace. Default: the registry's."),
  section: z
    .string()
    .regex(label)
    .optional()
    .describe("One listener of the Gateway. Default: every listener that fits the host name."),
});

const gateway = z
  .union([textLike("the name of a Gateway, such as private", label), gatewayObject])
  .register(allowedText, {
    allowed:
      "the name of a Gateway, such as private, or an object with name, namespace and section",
  })
  .describe("A Gateway: its name, or its name, namespace and section (listener).");

/** The Gateways that route to the registry. */
export const gatewaysSchema = z
  .array(gateway)
  .refine((all) => new Set(all.map((each) => JSON.stringify(gatewayOf(each)))).size === all.length)
  .register(allowedText, { allowed: "a list of Gateway names, each once" })
  .default(["ts", "private", "public"])
  .describe("The Gateways that route to the registry. An empty list makes no route.");

export type GatewayConfig = z.output<typeof gatewayObject>;

/** A Gateway as an object, however it is written. */
export function gatewayOf(gateway: string | GatewayConfig): GatewayConfig {
  return typeof gateway === "string" ? { name: gateway } : gateway;
}
