import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SecretSearch } from "./secretSearch";

/** The files below `folder`, changed since `since`, that hold one of `secrets` in any spelling; `without` names folders to leave out. */
export function filesHolding(
  secrets: SecretSearch | readonly string[],
  folder: string,
  since: number,
  without: readonly string[] = [],
): string[] {
  const search = secrets instanceof SecretSearch ? secrets : SecretSearch.of(secrets);
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (without.includes(path)) return [];
    try {
      const stat = lstatSync(path);
      if (stat.isDirectory()) return filesHolding(search, path, since, without);
      if (!stat.isFile() || stat.mtimeMs < since || stat.size > 64 << 20) return [];
      return search.in(readFileSync(path)).length > 0 ? [path] : [];
    } catch {
      // It went away while we looked, or is not ours to read.
      return [];
    }
  });
}
