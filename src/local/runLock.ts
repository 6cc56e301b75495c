import { join } from "node:path";
import { tryLock } from "../system/lockFile";
import { UserError } from "../system/userError";

/**
 * Takes the folder for this process until the returned function is called. A lock whose process was killed is taken
 * over; one whose process runs is refused.
 */
export function lockFolder(folder: string): () => void {
  const attempt = tryLock(join(folder, "lock.json"));
  if ("release" in attempt) return attempt.release;
  const { pid } = attempt.holder;
  throw new UserError(
    `process ${pid} is already at work in ${folder}: wait for it, or stop it with "kill ${pid}"`,
  );
}
