import type { dynamic } from "@pulumi/pulumi";

export function shell(
  name:
    | "account"
    | "apiKey"
    | "clusterGuard"
    | "issuerProof"
    | "keyRevocation"
    | "proof"
    | "releaseRepair"
    | "rotation"
    | "seed"
    | "sessionKeys"
    | "verification",
): dynamic.ResourceProvider;
