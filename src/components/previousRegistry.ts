import { z } from "zod";
import type { Scope } from "./scope";

/** What of the registry stands in the state of the deployments before this one. */
export interface PreviousRegistry {
  /** The host names that it was verified under last, the first its own. Absent where it never came to that. */
  hosts?: string[];
  /** Whose service account its pod has: the chart's, or one of ours. Absent where there is no release. */
  serviceAccount?: "chart" | "own";
  /** Where its images lie. Absent where there is no registry. */
  storage?: "claim" | "bucket";
}

const verification = z.looseObject({
  type: z.literal("pulumi-nodejs:dynamic/zot-fleet:Verification"),
  outputs: z.looseObject({
    cluster: z.looseObject({ host: z.string(), aliases: z.array(z.string()).nullish() }),
  }),
});

export const releaseType = "kubernetes:helm.sh/v3:Release";

/** The same of a state's resources, with their outputs by URN: a URN ends with its type, behind its parents', and its name. */
export function registryBefore(
  resources: readonly (readonly [urn: string, resource: unknown])[],
  named: Scope["named"],
): PreviousRegistry {
  const [hosts] = resources.flatMap(([urn, each]) => {
    const { data } = verification.safeParse(each);
    return data === undefined || !urn.endsWith(`::${named("registry")}`)
      ? []
      : [[data.outputs.cluster.host, ...(data.outputs.cluster.aliases ?? [])]];
  });
  const has = (type: string, part: string) =>
    resources.some(([urn]) => urn.endsWith(`${type}::${named(part)}`));
  return {
    ...(hosts === undefined ? {} : { hosts }),
    ...(has(releaseType, "zot")
      ? {
          serviceAccount: has("kubernetes:core/v1:ServiceAccount", "zot-service-account")
            ? "own"
            : "chart",
          storage: has("kubernetes:core/v1:PersistentVolumeClaim", "zot-claim")
            ? "claim"
            : "bucket",
        }
      : {}),
  };
}

/**
 * The chart's service account gives a token, and cannot be told otherwise. A registry that has it keeps it until the stack file
 * says false; one of ours, once it is there, stays.
 */
export function serviceAccountOf(
  wanted: boolean | undefined,
  before: PreviousRegistry["serviceAccount"],
): { token: boolean } | undefined {
  if (before === "own") return { token: wanted ?? false };
  const token = wanted ?? before === "chart";
  return token ? undefined : { token };
}
