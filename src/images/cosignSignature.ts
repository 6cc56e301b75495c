import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { isIndex, type Descriptor, type Index, type Manifest } from "./manifest";

/** What cosign signs with a key (sigstore/cosign, pkg/types/media.go). */
const simpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";

/** A signature as cosign keeps it beside what it signed (sigstore/cosign, specs/SIGNATURE_SPEC.md, "Storage"). */
export interface CosignSignature {
  /** The blob that is signed; it says what it is about. */
  payload: Pick<Descriptor, "digest" | "size">;
  /** In base64. */
  signature: string;
  /** Who holds the certificate beside it, such as `URI:https://…`. Absent where it was made by a key. */
  certificateOf?: string;
}

/** The signatures that a manifest holds, in its order. */
export function signaturesIn(document: Manifest | Index): CosignSignature[] {
  if (isIndex(document)) return [];
  return document.layers
    .filter(({ mediaType }) => mediaType === simpleSigning)
    .flatMap(({ digest, size, annotations = {} }) => {
      const signature = annotations["dev.cosignproject.cosign/signature"];
      const certificate = annotations["dev.sigstore.cosign/certificate"] ?? "";
      if (signature === undefined || signature === "") return [];
      return [
        {
          payload: { digest, size },
          signature,
          ...(certificate === "" ? {} : { certificateOf: holderOf(certificate) }),
        },
      ];
    });
}

/** Whether a referrer of this type is a signature that `signaturesIn` reads. */
export const isCosignSignature = (artifactType: string): boolean =>
  artifactType === "application/vnd.dev.cosign.artifact.sig.v1+json";

/** Whether a referrer of this type is a bundle, sigstore's newer format of signatures and attestations. */
export const isSigstoreBundle = (artifactType: string): boolean =>
  artifactType.startsWith("application/vnd.dev.sigstore.bundle");

const payload = z.object({
  critical: z.object({
    type: z.literal("cosign container image signature"),
    image: z.object({ "docker-manifest-digest": z.string() }),
  }),
});

/** The digest that a signed payload is about; undefined where it is no payload of an image's signature. */
export function signedDigest(bytes: Buffer): string | undefined {
  try {
    const { data } = payload.safeParse(JSON.parse(bytes.toString("utf8")));
    return data?.critical.image["docker-manifest-digest"];
  } catch {
    return undefined;
  }
}

function holderOf(pem: string): string {
  try {
    return new X509Certificate(pem).subjectAltName ?? "nobody";
  } catch {
    return "nobody who can be read";
  }
}
