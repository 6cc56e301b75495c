import type { dynamic } from "@pulumi/pulumi";

export function shell(
  name:
    | "account"
    | "apiKey"
    | "clusterGuard"
    | "issuerProof"
    | "keyRevocation"
    | "keyRevocationEnd"
    | "proof"
    | "releaseRepair"
    | "registryPlace"
    | "rotation"
    | "seed"
    | "sessionKeys"
    | "verification",
): dynamic.ResourceProvider;
