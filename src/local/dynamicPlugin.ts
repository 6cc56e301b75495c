import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Writes the launcher of dynamic providers that a Pulumi release ships beside its engine, and a bare engine lacks, and
 * returns a PATH with it. It runs the provider of the `@pulumi/pulumi` that this package uses.
 */
export function pathWithDynamicPlugin(directory: string): string {
  const provider = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
  mkdirSync(directory, { recursive: true });
  const script = `#!/bin/sh\nexec "${process.execPath}" "${provider}" "$@"\n`;
  writeFileSync(join(directory, "pulumi-resource-pulumi-nodejs"), script, { mode: 0o755 });
  return [directory, process.env["PATH"] ?? ""].join(delimiter);
}
