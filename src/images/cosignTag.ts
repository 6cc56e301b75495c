import { isDigest } from "./reference";

/** What cosign keeps under a tag beside an image: its signatures, attestations or SBOM. */
export type CosignKind = "sig" | "att" | "sbom";

/**
 * Reads a tag of cosign's scheme, `sha256-<hex>.sig`, `.att` or `.sbom` (sigstore/cosign, specs/SIGNATURE_SPEC.md, "Tag-based
 * discovery"); undefined where it is none.
 */
export function parseCosignTag(tag: string): { subject: string; kind: CosignKind } | undefined {
  const [, algorithm = "", hex = "", kind] =
    /^(sha\d+)-([0-9a-f]+)\.(sig|att|sbom)$/.exec(tag) ?? [];
  const subject = `${algorithm}:${hex}`;
  return kind !== undefined && isDigest(subject)
    ? { subject, kind: kind as CosignKind }
    : undefined;
}
