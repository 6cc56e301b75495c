import { z } from "zod";
import { isIndexType, isManifestType } from "./mediaTypes";
import { isDigest } from "./reference";

const digest = z.string().refine(isDigest, "not a sha256 or sha512 digest");
const annotations = z.record(z.string(), z.string());

/** The platform of an image, as an index writes it (image-spec, "image-index.md"). */
const platform = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  "os.version": z.string().optional(),
  "os.features": z.array(z.string()).optional(),
});

/** What an object refers to another by (image-spec, "descriptor.md"). Unknown keys are dropped; the bytes have them. */
export const descriptorSchema = z.object({
  mediaType: z.string().min(1),
  digest,
  size: z.int().nonnegative(),
  urls: z.array(z.string()).optional(),
  annotations: annotations.optional(),
  platform: platform.optional(),
  artifactType: z.string().optional(),
});

/** One image: a config and its layers. OCI's and Docker's (schema 2) have the same shape. */
const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  subject: descriptorSchema.optional(),
  annotations: annotations.optional(),
});

/** Several images under one name: OCI's index, Docker's manifest list. */
const indexSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  manifests: z.array(descriptorSchema),
  subject: descriptorSchema.optional(),
  annotations: annotations.optional(),
});

export type Descriptor = z.infer<typeof descriptorSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type Index = z.infer<typeof indexSchema>;

/** What an index calls a child that is no image: BuildKit puts attestations beside the images (docs/attestations/attestation-storage.md). */
export const referenceTypeOf = ({ annotations }: Pick<Descriptor, "annotations">) =>
  annotations?.["vnd.docker.reference.type"];

/** Whether a child of an index is an attestation, which runs nowhere. */
export const isAttestation = (child: Pick<Descriptor, "annotations" | "platform">): boolean =>
  referenceTypeOf(child) === "attestation-manifest" || child.platform?.os === "unknown";

/** Whether a document is an index; otherwise it is the manifest of one image. */
export function isIndex(document: Manifest | Index): document is Index {
  return "manifests" in document;
}

/**
 * Reads the bytes of a manifest or an index. `contentType` is what the registry called them, without parameters; where
 * that says nothing (empty, `application/json`), the document's own `mediaType` counts.
 *
 * @throws Error that says what is wrong and where. A document that can be read both as a manifest and as an index, or
 *   that calls itself something else than the registry did, is refused: CVE-2021-41190.
 */
export function parseManifest(
  bytes: Buffer,
  contentType: string,
): { mediaType: string; document: Manifest | Index } {
  const json = parseJson(bytes);
  const own = typeof json["mediaType"] === "string" ? json["mediaType"] : undefined;
  const mediaType = saysNothing(contentType) ? (own ?? contentType) : contentType;
  if (own !== undefined && own !== mediaType) {
    throw new Error(`the manifest calls itself ${own}, the registry calls it ${mediaType}`);
  }
  const index = isIndexType(mediaType);
  if (!index && !isManifestType(mediaType)) {
    throw new Error(`"${mediaType}" is not the media type of a manifest or an index`);
  }
  if ("manifests" in json && ("layers" in json || "config" in json)) {
    throw new Error("the manifest has both manifests and layers: it is two things at once");
  }
  const document = index ? explain(indexSchema, json) : explain(manifestSchema, json);
  return { mediaType, document };
}

/**
 * Checks `value` against a schema.
 *
 * @throws Error that names up to three of the places that are wrong: `layers[0].size: expected number`.
 */
export function explain<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.slice(0, 3).map((issue) => {
    const where = z.core.toDotPath(issue.path);
    return where === "" ? issue.message : `${where}: ${issue.message}`;
  });
  throw new Error(wrong.join("; "));
}

function saysNothing(contentType: string): boolean {
  return ["", "application/json", "application/octet-stream", "text/plain"].includes(contentType);
}

function parseJson(bytes: Buffer): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    // The parser's own message quotes the text, which may be a whole page of HTML.
    throw new Error("the manifest is not JSON");
  }
  return explain(z.record(z.string(), z.unknown()), json);
}
