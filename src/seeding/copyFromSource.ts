import { RegistryClient, RegistryError } from "../registry/client";
import type { Measured } from "./meter";
import { copyByDigest, type Place } from "./skopeo";

/** What an image is copied from, by its name. */
export interface NamedPlace extends Place {
  name: string;
}

/** What is needed of a source could not be had. */
class SourceError extends Error {
  override readonly name = "SourceError";
}

/**
 * Copies by digest. Where that fails the source is asked once more, so that who is at fault is said: a source that is away, one that has
 * lost what was locked, or the registry that should take it.
 */
export async function copyFromSource(
  from: NamedPlace,
  to: Place,
  digest: string,
  measured?: Measured,
): Promise<void> {
  try {
    await copyByDigest(from, to, digest, measured);
  } catch (error) {
    if (error instanceof Error && error.name === "MissingToolError") throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new SourceError(
      `${to.repository}: ${(await troubleAt(from, digest)) ?? `copying ${digest} from ${from.name} failed: ${why}`}. No tag was moved.`,
    );
  }
}

/** What is wrong with the source; undefined where it has what is wanted. */
async function troubleAt(
  { name, address, credentials, repository }: NamedPlace,
  digest: string,
): Promise<string | undefined> {
  const client = new RegistryClient({
    ...address,
    retries: 0,
    ...(credentials === undefined ? {} : { credentials }),
  });
  try {
    if ((await client.headManifest(repository, digest)) !== undefined) return undefined;
    return `the source ${name} has ${repository}@${digest} no more, and it is not here yet: promote another one, or push it there again`;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return `the source ${name} is needed for ${digest}, which is not here yet: ${error.message}`;
  } finally {
    await client.close();
  }
}
