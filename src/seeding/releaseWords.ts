import { parseCosignTag, type CosignKind } from "../images/cosignTag";
import { isIndexType } from "../images/mediaTypes";
import type { Release } from "./releases";
import type { SigningKey } from "./signingKey";

/** What belongs to an image beside its platforms, in the words and the order in which it is told. */
const kinds = ["signature", "SBOM", "attestation", "other referrer"] as const;
type Kind = (typeof kinds)[number];

/** `2 platforms, 1 signature, 1 SBOM`, and `verified by keys/ci.pub (sha256:1f6a…)` where it was. */
export function releaseWords(
  release: Pick<Release, "mediaType" | "children" | "referrers" | "cosignTags" | "signedBy">,
  key?: Pick<SigningKey, "path" | "fingerprint">,
): string {
  const { signedBy } = release;
  const platforms = platformsOf(release);
  const found = [
    ...release.referrers.map(({ artifactType }) => kindOf(artifactType)),
    ...release.cosignTags.map(({ tag }) => ofCosign[parseCosignTag(tag)?.kind ?? "sig"]),
  ];
  return [
    isIndexType(release.mediaType) || platforms.length > 0
      ? counted(platforms.length, "platform")
      : "no platform",
    ...kinds.flatMap((kind) => {
      const count = found.filter((each) => each === kind).length;
      return count === 0 ? [] : [counted(count, kind)];
    }),
    ...(signedBy === undefined
      ? []
      : [
          `verified by ${key?.fingerprint === signedBy ? keyWords(key) : `the key ${shortFingerprint(signedBy)}`}`,
        ]),
  ].join(", ");
}

/** `keys/ci.pub (sha256:1f6a5c0de3b2…)` */
export const keyWords = ({ path, fingerprint }: Pick<SigningKey, "path" | "fingerprint">): string =>
  `${path} (${shortFingerprint(fingerprint)})`;

export const shortFingerprint = (fingerprint: string) => `sha256:${shortDigest(fingerprint)}`;

/** The platforms that an image runs on: what describes it beside them, such as BuildKit's attestations, runs nowhere. */
export const platformsOf = ({ children }: Pick<Release, "children">): string[] => [
  ...new Set(
    children.map(({ platform }) => platform).filter((platform) => !platform.startsWith("unknown/")),
  ),
];

/** Enough of a digest to tell two apart: `680bf3d1c2a4…`. */
export const shortDigest = (digest: string) =>
  `${digest.slice(digest.indexOf(":") + 1).slice(0, 12)}…`;

const ofCosign: Record<CosignKind, Kind> = { sig: "signature", att: "attestation", sbom: "SBOM" };

function kindOf(artifactType: string): Kind {
  // SBOMs first: cosign's own type of one has "cosign" in it.
  if (/spdx|cyclonedx|syft|sbom/i.test(artifactType)) return "SBOM";
  if (/in-toto|attestation|provenance|\.att\./i.test(artifactType)) return "attestation";
  return /sign|sigstore|notary/i.test(artifactType) ? "signature" : "other referrer";
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
