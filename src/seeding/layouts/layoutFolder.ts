import { lstatSync, mkdirSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../../system/cacheDirectory";

/**
 * The folder that keeps images as they were compressed, made where it is missing. It holds the layers of private images: nobody else
 * may enter it, or change the folder above it.
 *
 * @throws Error that names the folder, what was found and what is allowed.
 */
export function openLayoutFolder(): string {
  const above = cacheDirectory();
  const folder = join(above, "layouts");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  refuseForeign(above, 0o022, "nobody else may write to it");
  refuseForeign(folder, 0o077, "nobody else may enter it");
  return folder;
}

function refuseForeign(path: string, forbidden: number, rule: string): void {
  // Of a link, who made it counts as well as where it leads.
  for (const stats of [lstatSync(path), statSync(path)]) refuseOtherOwner(path, stats);
  const mode = statSync(path).mode & 0o777;
  if ((mode & forbidden) !== 0)
    throw new Error(`${path} has mode ${mode.toString(8)}: ${rule} (chmod 700)`);
}

function refuseOtherOwner(path: string, { uid }: Stats): void {
  const own = process.getuid?.();
  if (own !== undefined && uid !== own)
    throw new Error(`${path} belongs to user ${uid}, this is user ${own}: it must be this user's`);
}
