import type { dynamic } from "@pulumi/pulumi";

export function shell(name: "account" | "seed" | "verification"): dynamic.ResourceProvider;
