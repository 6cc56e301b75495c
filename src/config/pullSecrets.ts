import { z } from "zod";
import type { Problem } from "./problem";
import { kubernetesLabel, registrySchema } from "./registry";
import { allowedText } from "./rules";
import { found, pathText } from "./words";

/** What holds for a namespace where nothing was said. */
export const pullSecretDefaults = { create: true, attach: false } as const;

const pullSecretSchema = z
  .strictObject({
    namespace: kubernetesLabel("a namespace").describe(
      "The namespace whose pods pull from the registry. It gets the Secret zot-pull-secret.",
    ),
    create: z
      .boolean()
      .default(pullSecretDefaults.create)
      .describe(
        "Whether to make the namespace where it is not there. It is never removed again, and one that is there stays as it is.",
      ),
    attach: z
      .boolean()
      .default(pullSecretDefaults.attach)
      .describe(
        "Whether the namespace's default service account gets the Secret, so that pods need not name it.",
      ),
  })
  .describe("A namespace whose pods pull from the registry.");

export const pullSecretsSchema = z
  .array(pullSecretSchema)
  .register(allowedText, { allowed: "a list of objects, each with namespace, create and attach" })
  .default([])
  .describe("The namespaces that get a pull secret, for an account that can only read.");

/** Namespaces that are named twice, or that are the registry's own; looks at raw values. */
export function namespaceClashes(raw: Record<string, unknown>): Problem[] {
  const own = z
    .object({ namespace: registrySchema.shape.namespace.catch("") })
    .safeParse(raw["registry"] ?? {});
  const owners = new Map([[own.data?.namespace ?? "", pathText(["registry", "namespace"])]]);
  const list = Array.isArray(raw["pullSecrets"]) ? (raw["pullSecrets"] as unknown[]) : [];
  return list.flatMap((value, index): Problem[] => {
    const { data } = pullSecretSchema.safeParse(value);
    if (data === undefined) return [];
    const path = pathText(["pullSecrets", index, "namespace"]);
    const owner = owners.get(data.namespace);
    owners.set(data.namespace, owner ?? path);
    if (owner === undefined) return [];
    return [
      {
        path,
        found: `${found(data.namespace)}, which stands at ${owner} too`,
        allowed: "each namespace once, and not the registry's own",
      },
    ];
  });
}
