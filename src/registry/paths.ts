import { allowed, isDigest, isRepository, isTag } from "../images/reference";

/** `/v2/<repository>/manifests/<tag or digest>`. @throws Error when a part cannot be one. */
export function manifestPath(repository: string, reference: string): string {
  if (!isTag(reference) && !isDigest(reference)) {
    throw new Error(
      `${JSON.stringify(reference)} is neither a tag (${allowed.tag}) nor a digest (${allowed.digest})`,
    );
  }
  return `/v2/${checked(repository)}/manifests/${reference}`;
}

/** `/v2/<repository>/blobs/<digest>`. @throws Error when a part cannot be one. */
export function blobPath(repository: string, digest: string): string {
  if (!isDigest(digest)) {
    throw new Error(`${JSON.stringify(digest)} is not a digest: allowed are ${allowed.digest}`);
  }
  return `/v2/${checked(repository)}/blobs/${digest}`;
}

/** `/v2/<repository>/blobs/uploads/`, where blobs are handed in. @throws Error when the repository cannot be one. */
export function uploadsPath(repository: string): string {
  return `/v2/${checked(repository)}/blobs/uploads/`;
}

/** `/v2/<repository>/tags/list`. @throws Error when the repository cannot be one. */
export function tagsPath(repository: string): string {
  return `/v2/${checked(repository)}/tags/list`;
}

/** `/v2/<repository>/referrers/<digest>`. @throws Error when a part cannot be one. */
export function referrersPath(repository: string, digest: string): string {
  if (!isDigest(digest)) {
    throw new Error(`${JSON.stringify(digest)} is not a digest: allowed are ${allowed.digest}`);
  }
  return `/v2/${checked(repository)}/referrers/${digest}`;
}

/** Names become parts of a URL: one with `..` or `?` in it must not. */
function checked(repository: string): string {
  if (isRepository(repository)) return repository;
  throw new Error(
    `${JSON.stringify(repository)} is not a repository: allowed are ${allowed.repository}`,
  );
}
