import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

/**
 * Where a path of a stack file leads: it is relative to the project's folder, where Pulumi.yaml lies, and the process may run in a
 * folder below. Without a project it is relative to the process's own folder.
 */
export function inProject(path: string): string {
  if (isAbsolute(path)) return path;
  let folder = process.cwd();
  while (!existsSync(join(folder, "Pulumi.yaml")) && dirname(folder) !== folder)
    folder = dirname(folder);
  return existsSync(join(folder, "Pulumi.yaml")) ? join(folder, path) : resolve(path);
}
