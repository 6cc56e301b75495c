import { parseCosignTag } from "../images/cosignTag";
import {
  isCosignSignature,
  isSigstoreBundle,
  signaturesIn,
  signedDigest,
  type CosignSignature,
} from "../images/cosignSignature";
import { Secrets } from "../registry/redact";
import type { RegistryClient } from "../registry/client";
import { findTool, MissingToolError } from "../system/tools";
import { CosignError, refusedByCosign } from "./cosign";
import type { Release } from "./releases";
import { keyWords } from "./releaseWords";
import type { SigningKey } from "./signingKey";

/** Each costs a run of cosign; who signs again and again under one tag has made a new signature by then. */
const mostSignatures = 50;
const mostPayloadBytes = 64 * 1024;

/** An image is not signed as it has to be. */
export class SignatureError extends Error {
  override readonly name = "SignatureError";
}

/**
 * Returns where one of the signatures that belong to `release` was made by `key` and is about its digest: of an index, about the
 * index. The signatures are read by digest from `repository`, wherever that is; what does not belong to the release is not looked at.
 *
 * @throws SignatureError that says what was found in its place, or that cosign is missing
 */
export async function verifySignature(
  client: RegistryClient,
  repository: string,
  release: Pick<Release, "digest" | "referrers" | "cosignTags">,
  key: SigningKey,
): Promise<void> {
  const refused = (why: string) =>
    new SignatureError(
      `${repository}@${release.digest} is not known to be signed by ${keyWords(key)}: ${why}`,
    );
  if (findTool("cosign") === undefined) throw refused(new MissingToolError("cosign").message);
  const reasons = new Set<string>();
  const found = await signaturesOf(client, repository, release);
  for (const signature of found.slice(0, mostSignatures)) {
    const why = await whyNot(client, repository, release.digest, signature, key).catch(
      (error: unknown) => {
        throw error instanceof CosignError ? refused(error.message) : error;
      },
    );
    if (why === undefined) return;
    reasons.add(why);
  }
  if (found.length > mostSignatures)
    reasons.add(`of ${found.length} signatures the first ${mostSignatures} were looked at`);
  const bundle = release.referrers.find(
    ({ subject, artifactType }) => subject === release.digest && isSigstoreBundle(artifactType),
  );
  if (bundle !== undefined)
    reasons.add(
      `what is in sigstore's bundle format (${bundle.artifactType}) is not read: sign with "cosign sign --key", of cosign 3 besides with --new-bundle-format=false --use-signing-config=false`,
    );
  if (reasons.size === 0) reasons.add(signedBeside(release));
  throw refused([...reasons].join("; "));
}

async function signaturesOf(
  client: RegistryClient,
  repository: string,
  { digest, referrers, cosignTags }: Pick<Release, "digest" | "referrers" | "cosignTags">,
): Promise<CosignSignature[]> {
  const holders = [
    ...cosignTags.filter(({ tag }) => isSignatureOf(tag, digest)),
    ...referrers.filter(
      ({ subject, artifactType }) => subject === digest && isCosignSignature(artifactType),
    ),
  ];
  const found: CosignSignature[] = [];
  for (const holder of new Set(holders.map((each) => each.digest))) {
    const held = await client.getManifest(repository, holder);
    if (held === undefined) throw new SignatureError(`${repository} has lost ${holder}`);
    found.push(...signaturesIn(held.document));
  }
  return found;
}

function isSignatureOf(tag: string, digest: string): boolean {
  const about = parseCosignTag(tag);
  return about?.kind === "sig" && about.subject === digest;
}

/** What is wrong with a signature; undefined where nothing is. */
async function whyNot(
  client: RegistryClient,
  repository: string,
  digest: string,
  { payload, signature, certificateOf }: CosignSignature,
  { pem }: SigningKey,
): Promise<string | undefined> {
  const bytes = await client.getBlob(repository, payload.digest, mostPayloadBytes);
  if (bytes === undefined) return `the payload ${payload.digest} of a signature is gone`;
  // A signature stays valid wherever it is copied to, so what it is about counts first.
  const about = signedDigest(bytes);
  if (about === undefined) return "a payload is none of an image's signature";
  if (about !== digest) return `a signature is of another image, ${new Secrets().clean(about, 80)}`;
  const refusal = await refusedByCosign({ payload: bytes, signature, pem });
  if (refusal === undefined) return undefined;
  return certificateOf === undefined
    ? `a signature was made by another key, or changed since (cosign: ${refusal})`
    : `it is signed without a key (certificate of ${new Secrets().clean(certificateOf, 200)}): only keys are supported`;
}

/** What else is signed may be why nobody noticed. */
function signedBeside({ digest, cosignTags }: Pick<Release, "digest" | "cosignTags">): string {
  const others = cosignTags.some(
    ({ tag }) => parseCosignTag(tag)?.kind === "sig" && !isSignatureOf(tag, digest),
  );
  return others
    ? "it has no signature of its own, and those of its platforms or of what refers to it do not count"
    : "it has no signature of cosign's";
}
