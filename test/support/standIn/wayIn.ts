import { writeFileSync } from "node:fs";

/** A kubeconfig that leads to an API server. @param user whom to be there; by default without credentials */
export function writeKubeconfig(path: string, context: string, server: string, user = {}): void {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    contexts: [{ name: context, context: { cluster: context, user: context } }],
    clusters: [{ name: context, cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: context, user }],
  };
  writeFileSync(path, JSON.stringify(config));
}
