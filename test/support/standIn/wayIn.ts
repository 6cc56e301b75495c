import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A kubeconfig that leads to an API server without credentials. */
export function writeKubeconfig(path: string, context: string, server: string): void {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    contexts: [{ name: context, context: { cluster: context, user: context } }],
    clusters: [{ name: context, cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: context, user: {} }],
  };
  writeFileSync(path, JSON.stringify(config));
}

/** What the engine finds as the plugins of the cluster: the provider's stand-in. */
export function writePlugins(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const program = join(__dirname, "provider.ts");
  const script = `#!/bin/sh\nexec "${process.execPath}" --require "${require.resolve("tsx/cjs")}" "${program}" "$@"\n`;
  for (const name of ["kubernetes", "command"]) {
    const path = join(folder, `pulumi-resource-${name}`);
    writeFileSync(path, script);
    chmodSync(path, 0o755);
  }
}
