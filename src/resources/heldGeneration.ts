import type { CheckResult } from "../checks/check";
import { generationOf } from "../zot/generations";

/** What a verification leaves in the state, as far as it tells which generation of the machine accounts it proved. */
export interface ProvedGeneration {
  cluster?: { pullSecret: { username: string } } | undefined;
  /** Absent while it is not known. */
  results?: readonly Pick<CheckResult, "status">[] | undefined;
  /** What an earlier verification proved; written by one that failed. */
  held?: number | undefined;
}

/**
 * The generation of the machine accounts that clients hold: the newest of the last verification that ended well. Pull
 * secrets and API keys of a deployment that failed late may be of another one, which its next `up` replaces.
 *
 * @returns undefined where no verification has ended well
 */
export function heldGeneration({ cluster, results, held }: ProvedGeneration): number | undefined {
  const proved = results?.every(({ status }) => status !== "failed") ?? false;
  return proved && cluster !== undefined ? generationOf(cluster.pullSecret.username) : held;
}
