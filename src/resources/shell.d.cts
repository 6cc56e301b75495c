import type { dynamic } from "@pulumi/pulumi";

export function shell(name: string): dynamic.ResourceProvider;
