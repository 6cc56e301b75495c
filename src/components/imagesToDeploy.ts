import type { SeedConfig } from "../config/seeds";
import type { SeedLock } from "../seeding/lock";
import { lockedSeed } from "../seeding/lockedSeed";
import type { ImageToDeploy } from "./seededImages";

/** Seeds that the lock does not know as they are declared; tells all of them, and the command that locks them. */
class NotLockedError extends Error {
  override readonly name = "NotLockedError";

  constructor(problems: readonly string[]) {
    super(["Not everything that is seeded is locked.", ...problems].join("\n\n  "));
  }
}

/**
 * The declared seeds with what the lock says of their archives. No archive is looked at.
 *
 * @throws NotLockedError
 */
export function imagesToDeploy(seeds: readonly SeedConfig[], lock: SeedLock): ImageToDeploy[] {
  const found = seeds.map((seed) => ({ seed, answer: lockedSeed(lock, seed) }));
  const problems = found.flatMap(({ answer }) => ("problem" in answer ? [answer.problem] : []));
  if (problems.length > 0) throw new NotLockedError(problems);
  return found.flatMap(({ seed: { image: _, archives: __, ...settings }, answer }) =>
    "seed" in answer ? [{ ...settings, ...answer.seed }] : [],
  );
}
