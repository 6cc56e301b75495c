import type { dynamic } from "@pulumi/pulumi";

export function shell(
  name:
    | "account"
    | "apiKey"
    | "clusterGuard"
    | "keyRevocation"
    | "proof"
    | "rotation"
    | "seed"
    | "verification",
): dynamic.ResourceProvider;
