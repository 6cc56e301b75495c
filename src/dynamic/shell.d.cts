import type { dynamic } from "@pulumi/pulumi";

export function shell(
  name:
    | "account"
    | "clusterGuard"
    | "issuerProof"
    | "proof"
    | "rotation"
    | "seed"
    | "sessionKeys"
    | "verification",
): dynamic.ResourceProvider;
