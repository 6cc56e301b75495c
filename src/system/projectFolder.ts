import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { UserError } from "./userError";

/** The folder with Pulumi.yaml: the one given or the nearest above it. @throws UserError where there is none */
export function projectFolder(from = process.cwd()): string {
  const folder = nearest(from);
  if (folder === undefined)
    throw new UserError(`there is no Pulumi.yaml in ${resolve(from)} or above it`);
  return folder;
}

/**
 * Where a path of a stack file leads: it is relative to the project's folder, where Pulumi.yaml lies, and the process may run in a
 * folder below. Without a project it is relative to the process's own folder.
 */
export function inProject(path: string): string {
  return isAbsolute(path) ? path : resolve(nearest(process.cwd()) ?? ".", path);
}

function nearest(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
