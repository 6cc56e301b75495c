import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CliError } from "./failure";

/** The folder with Pulumi.yaml: the one given or the nearest above it. */
export function projectFolder(from = process.cwd()): string {
  let folder = resolve(from);
  while (!existsSync(join(folder, "Pulumi.yaml"))) {
    const above = dirname(folder);
    if (above === folder) {
      throw new CliError(`there is no Pulumi.yaml in ${resolve(from)} or above it`);
    }
    folder = above;
  }
  return folder;
}
