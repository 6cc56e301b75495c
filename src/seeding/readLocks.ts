import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { emptyLock, lockFile, parseLock, type SeedLock } from "./lock";
import { noReleases, parseReleases, releasesFile, type ReleaseLock } from "./releases";
import { readSigningKey, type SigningKey } from "./signingKey";

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

/** What is reviewed with a stack file. */
export interface Reviewed extends Locks {
  /** The public key at a path that a source names. @throws Error where it cannot be read */
  signingKey: (path: string) => SigningKey;
}

/** @throws Error where a lock cannot be read */
export const readLocks = (project: string): Reviewed => ({
  archives: readSeedLock(project),
  releases: readReleases(project),
  signingKey: (path) => readSigningKey(project, path),
});
