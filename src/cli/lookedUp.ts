import { RegistryClient, type Credentials } from "../registry/client";
import { repositoryAt, type Source } from "../seeding/promoted";
import {
  releaseOf,
  releasesFile,
  withRelease,
  type Release,
  type ReleaseLock,
} from "../seeding/releases";
import { ReleaseError, resolveRelease } from "../seeding/resolveRelease";
import type { SigningKey } from "../seeding/signingKey";
import { SignatureError, verifySignature } from "../seeding/verifySignature";
import { findTool, MissingToolError } from "../system/tools";
import { CliError, exitCodes } from "./failure";
import type { Named } from "./promotingStacks";
import { showDoing } from "./terminal";
import { isSameRelease, releaseChange, type ReleaseChange } from "./releaseChanges";

/** A source, the key that signs what it has, and whom to be there. */
export interface AskedSource {
  source: Source;
  /** Absent where nothing there has to be signed. */
  key?: SigningKey;
  credentials?: Credentials;
}

/**
 * What the source has under tags, verified where it has to be signed, and the lock with it.
 *
 * @throws CliError where one of them is not there, cannot be copied, or is not signed: nothing is locked then
 */
export async function lookedUp(
  { source, key, credentials }: AskedSource,
  wanted: readonly Named[],
  before: ReleaseLock,
): Promise<{ changes: ReleaseChange[]; after: ReleaseLock }> {
  if (key !== undefined) requireCosign(key, wanted);
  await using client = new RegistryClient({
    ...source.address,
    ...(credentials === undefined ? {} : { credentials }),
  });
  const changes: ReleaseChange[] = [];
  const problems: string[] = [];
  const absent: string[] = [];
  let after = before;
  for (const [at, { image, tag }] of wanted.entries()) {
    showDoing(`asking ${source.name} for ${image}:${tag} (${at + 1} of ${wanted.length})`);
    const name = { source: source.name, image, tag };
    const locked = releaseOf(before, source.name, image, tag);
    const repository = repositoryAt(source, image);
    const there = await releaseAt(client, repository, tag);
    const found =
      there === undefined || key === undefined
        ? withKnownKey(there, locked)
        : await signed(client, repository, there, key, problems);
    const change = releaseChange(name, locked, found, key);
    if (change === undefined) absent.push(`${image}:${tag}`);
    else changes.push(change);
    if (found !== undefined) after = withRelease(after, name, found);
  }
  if (absent.length > 0) problems.push(`${source.name} has no ${absent.join(", ")}`);
  if (problems.length > 0)
    throw new CliError(
      [...problems, `${releasesFile} is as it was`].join(problems.length === 1 ? "; " : "\n"),
      exitCodes.problems,
    );
  return { changes, after };
}

function requireCosign(key: SigningKey, wanted: readonly Named[]): void {
  if (findTool("cosign") !== undefined) return;
  const images = wanted.map(({ image, tag }) => `${image}:${tag}`).join(", ");
  throw new CliError(
    `${images}: what the source has is to be verified by ${key.path}: ${new MissingToolError("cosign").message}`,
    exitCodes.notReached,
  );
}

async function releaseAt(client: RegistryClient, repository: string, tag: string) {
  try {
    return await resolveRelease(client, repository, tag);
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    throw new CliError(
      `${repository}:${tag} cannot be promoted: ${error.message}`,
      exitCodes.problems,
    );
  }
}

/** The same with the key that was seen to have signed it; without, and one more of the problems, where none had. */
async function signed(
  client: RegistryClient,
  repository: string,
  release: Release,
  key: SigningKey,
  problems: string[],
): Promise<Release> {
  try {
    await verifySignature(client, repository, release, key);
    return { ...release, signedBy: key.fingerprint };
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    problems.push(error.message);
    return release;
  }
}

/** A stack that asks for no key takes nothing from what one that does has locked of the same. */
function withKnownKey(
  release: Release | undefined,
  locked: Release | undefined,
): Release | undefined {
  if (release === undefined || locked?.signedBy === undefined) return release;
  const known = { ...release, signedBy: locked.signedBy };
  return isSameRelease(known, locked) ? known : release;
}
