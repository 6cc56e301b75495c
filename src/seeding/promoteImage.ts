import type { RegistryClient } from "../registry/client";
import { imageTag } from "./findImage";
import { findPromoted, type FoundTag } from "./findPromoted";
import { refuseForeign, type OnMoved, type SeededImage } from "./movedTags";
import type { PromotedImage } from "./promoted";
import { SignatureError } from "./verifySignature";

export interface PromoteImageOptions {
  client: RegistryClient;
  image: PromotedImage;
  onMoved: OnMoved;
  /** Digests that an earlier deployment left under the tags: replacing these is not a surprise. */
  previous?: readonly string[];
  /** Brings what has a digest, with all that it names, under no tag. */
  copy: (digest: string) => Promise<void>;
  /** Where it has to be signed: how that is verified here, and whether it was before. @default it need not be */
  signature?: { isKnown: boolean; verify: () => Promise<void> };
  onProgress?: (message: string) => void;
}

/**
 * Brings a promoted image under its tags, with all that belongs to it, and returns what is there. Looks first: the source is asked
 * for what is missing alone, and by digest. The image comes first, what refers to it after its subject, and the tags move when
 * all of it was seen here, and its signature was verified where it needs one. A copy that fails leaves them as they were, and the next run goes on from what has come.
 */
export async function promoteImage(options: PromoteImageOptions): Promise<SeededImage> {
  const { client, image, onMoved, previous = [], copy, signature, onProgress } = options;
  const { repository, promoted } = image;
  const found = await findPromoted(client, image);
  if (onMoved === "tell") {
    const ours = new Set([...previous, ...found.tags.map(({ wanted }) => wanted)]);
    refuseForeign(image, found.tags, ours);
  }
  const missing = [
    ...(found.missing.length === 0 ? [] : [promoted.digest]),
    ...found.missingAttached.map(({ digest }) => digest),
  ];
  for (const digest of missing) {
    onProgress?.(`copying ${repository}@${digest} from ${promoted.source}`);
    await copy(digest);
  }
  if (missing.length > 0) await refuseIncomplete(client, image);
  const moves = found.tags.filter(({ digest, wanted }) => digest !== wanted);
  const isChanged = missing.length + moves.length > 0;
  // Also cosign's own tags wait for it.
  if (signature !== undefined && (isChanged || !signature.isKnown)) await seeSigned(signature);
  for (const move of moves) {
    onProgress?.(`tagging ${imageTag(image, move.tag)}`);
    await tag(client, repository, move);
  }
  return {
    digest: promoted.digest,
    children: promoted.children,
    action: isChanged ? "pushed" : "present",
  };
}

/** Whoever pulls by a tag gets all that was reviewed, or what was there before. */
async function refuseIncomplete(client: RegistryClient, image: PromotedImage): Promise<void> {
  const { missing, missingAttached } = await findPromoted(client, image);
  const lost = [...missing, ...missingAttached.map(({ digest }) => digest)];
  if (lost.length === 0) return;
  throw new Error(
    `${image.repository}: ${lost.join(", ")} was copied and is not there: no tag was moved. Is something deleting what it holds?`,
  );
}

async function seeSigned({ verify }: NonNullable<PromoteImageOptions["signature"]>): Promise<void> {
  try {
    await verify();
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new SignatureError(`${error.message}. No tag was moved.`);
  }
}

async function tag(
  client: RegistryClient,
  repository: string,
  { tag, wanted }: FoundTag,
): Promise<void> {
  const held = await client.getManifest(repository, wanted);
  if (held === undefined)
    throw new Error(`${repository}@${wanted} went while it was tagged ${tag}`);
  await client.putManifest(repository, tag, held.bytes, held.mediaType);
}
