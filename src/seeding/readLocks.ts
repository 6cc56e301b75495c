import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { emptyLock, lockFile, parseLock, type SeedLock } from "./lock";
import { noReleases, parseReleases, releasesFile, type ReleaseLock } from "./releases";

/** What is locked of all that stacks seed. */
export interface Locks {
  archives: SeedLock;
  /** Images of other registries. */
  releases: ReleaseLock;
}

/** What is locked of archives; nothing where there is no lock. @throws Error where it cannot be read */
export const readSeedLock = (project: string): SeedLock =>
  read(join(project, lockFile), parseLock, emptyLock);

/** What is locked of promoted images; nothing where there is no lock. @throws Error where it cannot be read */
export const readReleases = (project: string): ReleaseLock =>
  read(join(project, releasesFile), parseReleases, noReleases);

const read = <Lock>(path: string, parse: (text: string) => Lock, none: Lock): Lock =>
  existsSync(path) ? parse(readFileSync(path, "utf8")) : none;

/** @throws Error where one cannot be read */
export const readLocks = (project: string): Locks => ({
  archives: readSeedLock(project),
  releases: readReleases(project),
});
