import { sha256 } from "../images/digest";
import { mediaTypes } from "../images/mediaTypes";
import { parseRepositoryTag } from "../images/reference";
import type { RegistryClient } from "../registry/client";
import { isStorageAway, RegistryError } from "../registry/errors";

/** OCI's empty blob (image-spec, "Guidance for an Empty Descriptor"): the sentinel's config and its only layer. */
const emptyBlob = Buffer.from("{}");

const emptyDescriptor = {
  mediaType: mediaTypes.ociEmpty,
  digest: sha256(emptyBlob),
  size: emptyBlob.length,
};

/** The same bytes for ever, so that two deployments that push it at once push one image. */
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: "application/vnd.zot-fleet.sentinel.v1",
    config: emptyDescriptor,
    layers: [emptyDescriptor],
  }),
);

const ensured = new WeakMap<RegistryClient, Promise<void>>();

/**
 * Sees to it that the `sentinel` of the client's address is in the registry: afterwards the storage has given what it took, and
 * what the registry does not have is absent. One look for each client; where it failed the next call looks again.
 *
 * @throws RegistryError where it is not there and cannot be stored, of the reason `storage` where that is why
 */
export function ensureSentinel(client: RegistryClient, sentinel: string): Promise<void> {
  const known = ensured.get(client);
  if (known !== undefined) return known;
  const work = ensure(client, sentinel);
  ensured.set(client, work);
  work.catch(() => ensured.delete(client));
  return work;
}

async function ensure(client: RegistryClient, sentinel: string): Promise<void> {
  try {
    await client.checkStorage();
    return;
  } catch (error) {
    if (!isStorageAway(error)) throw error;
  }
  // Never there, or emptied, or out of reach: a push tells which.
  const { repository, tag } = parseRepositoryTag(sentinel);
  try {
    await client.putBlob(repository, emptyBlob);
    await client.putManifest(repository, tag, manifest, mediaTypes.ociManifest);
  } catch (error) {
    throw ofStorage(client, sentinel, error);
  }
  await client.checkStorage();
}

/** A push that the registry could not store says so of its storage; one that it refused stays what it is. */
function ofStorage({ origin }: RegistryClient, sentinel: string, error: unknown): unknown {
  if (!(error instanceof RegistryError)) return error;
  const { reason, status = 0, method, path, message } = error;
  if (reason !== "timeout" && (reason !== "status" || status < 500)) return error;
  return new RegistryError(
    `${origin}: the storage behind the registry does not answer: ${sentinel} is not there and cannot be stored (${message}), so nothing was pushed and nothing deleted`,
    { method, path, reason: "storage" },
  );
}
