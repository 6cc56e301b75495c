/**
 * Image references, by the grammar of distribution (github.com/distribution/reference) and the name rules of the OCI
 * distribution spec. Docker Hub's short names (`alpine` for `docker.io/library/alpine`) are not expanded: a private
 * registry has no default.
 */
export interface Reference {
  /** `host[:port]`, when the reference names one. */
  registry?: string;
  repository: string;
  tag?: string;
  digest?: string;
}

/** The longest repository name that distribution accepts, in characters. */
const longestRepository = 255;

const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const registryPattern = new RegExp(
  `^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`,
);
const repositoryPattern =
  /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** What each part may be, for error messages. */
export const allowed = {
  registry: "a host name or address, with a port if needed, like oci.example.com or 127.0.0.1:5000",
  repository:
    "lower-case letters and digits, separated by one . or _ or by __ or -, in parts joined by /, at most 255 characters",
  tag: "at most 128 letters, digits, _ . or -, and not . or - first",
  digest: "sha256: and 64 hex digits, or sha512: and 128, in lower case",
} as const;

/** Whether `value` is a repository name without a registry, like `openclaw/openclaw`. */
export function isRepository(value: string): boolean {
  return value.length <= longestRepository && repositoryPattern.test(value);
}

/** Whether `value` is a tag. */
export function isTag(value: string): boolean {
  return tagPattern.test(value);
}

/** Whether `value` is a digest that this project can check: SHA-256 or SHA-512. */
export function isDigest(value: string): boolean {
  return digestPattern.test(value);
}

/** Whether `value` is a registry as it stands in a reference: `host[:port]`. */
function isRegistry(value: string): boolean {
  return value.length <= 253 + 6 && registryPattern.test(value);
}

/**
 * Parses `[registry/]repository[:tag][@digest]`. The first part is a registry when it has a dot, a colon or an
 * upper-case letter, or is `localhost`, which is Docker's rule.
 *
 * @throws Error that names the value, the part that is wrong and what is allowed.
 */
export function parseReference(value: string): Reference {
  const { before: name, after: digest } = splitOnce(value, value.indexOf("@"));
  const colon = name.lastIndexOf(":");
  const { before: path, after: tag } = splitOnce(name, colon > name.lastIndexOf("/") ? colon : -1);
  const slash = path.indexOf("/");
  const first = slash > 0 ? path.slice(0, slash) : "";
  const registry = first === "localhost" || /[.:A-Z]/.test(first) ? first : undefined;
  const repository = registry === undefined ? path : path.slice(slash + 1);

  if (registry !== undefined) check(value, "registry", registry, isRegistry);
  check(value, "repository", repository, isRepository);
  if (tag !== undefined) check(value, "tag", tag, isTag);
  if (digest !== undefined) check(value, "digest", digest, isDigest);
  return {
    ...(registry === undefined ? {} : { registry }),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Parses `repository:tag`, without a registry: how a docker-archive and a seed name an image inside one registry.
 *
 * @throws Error that names the value and what is allowed.
 */
export function parseRepositoryTag(value: string): { repository: string; tag: string } {
  const colon = value.lastIndexOf(":");
  if (colon < 0 || colon < value.lastIndexOf("/")) {
    throw new Error(`${quoted(value)} has no tag: write repository:tag`);
  }
  const repository = value.slice(0, colon);
  const tag = value.slice(colon + 1);
  check(value, "repository", repository, isRepository);
  check(value, "tag", tag, isTag);
  return { repository, tag };
}

/** Writes a reference as `[registry/]repository[:tag][@digest]`. */
export function formatReference(reference: Reference): string {
  const registry = reference.registry === undefined ? "" : `${reference.registry}/`;
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return registry + reference.repository + tag + digest;
}

function splitOnce(value: string, at: number): { before: string; after: string | undefined } {
  if (at < 0) return { before: value, after: undefined };
  return { before: value.slice(0, at), after: value.slice(at + 1) };
}

function check(
  whole: string,
  part: keyof typeof allowed,
  found: string,
  valid: (value: string) => boolean,
): void {
  if (valid(found)) return;
  const within = whole === found ? "" : ` in ${quoted(whole)}`;
  throw new Error(`${quoted(found)} is not a ${part}${within}: allowed are ${allowed[part]}`);
}

/** The value as it can stand in a message: escaped, and not endless. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 300 ? `${value.slice(0, 300)}…` : value);
}
