import type { dynamic } from "@pulumi/pulumi";

export function shell(
  name: "account" | "clusterGuard" | "proof" | "rotation" | "seed" | "verification",
): dynamic.ResourceProvider;
