import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How a secret may be written: as it is, URL-encoded, in base64 alone or as `user:password`. */
export function spellings(secret: string, user: string): string[] {
  const base64 = (text: string) => Buffer.from(text).toString("base64").replace(/=+$/, "");
  return [secret, encodeURIComponent(secret), base64(secret), base64(`${user}:${secret}`)];
}

/** The files below `folder`, changed since `since`, that hold one of `texts`; `without` names folders to leave out. */
export function filesHolding(
  texts: readonly string[],
  folder: string,
  since: number,
  without: readonly string[] = [],
): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (without.includes(path)) return [];
    try {
      const stat = lstatSync(path);
      if (stat.isDirectory()) return filesHolding(texts, path, since, without);
      if (!stat.isFile() || stat.mtimeMs < since || stat.size > 64 << 20) return [];
      const content = readFileSync(path, "latin1");
      return texts.some((text) => content.includes(Buffer.from(text).toString("latin1")))
        ? [path]
        : [];
    } catch {
      // It went away while we looked, or is not ours to read.
      return [];
    }
  });
}
