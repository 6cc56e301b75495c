import { execFile } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { sha256 } from "../../src/images/digest";
import { mediaTypes } from "../../src/images/mediaTypes";
import type { Descriptor } from "../../src/images/manifest";
import { basicPair } from "../../src/registry/dockerConfig";
import type { RegistryClient } from "../../src/registry/client";
import { parseSigningKey, type SigningKey } from "../../src/seeding/signingKey";
import { requireTool } from "../../src/system/tools";
import { pushBlob } from "./push";

const run = promisify(execFile);

export interface KeyPair {
  privateKey: KeyObject;
  publicPem: string;
  signedBy: SigningKey;
}

export function keyPair(path = "keys/ci.pub"): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { privateKey, publicPem, signedBy: parseSigningKey(publicPem, path) };
}

const simpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";

/** What cosign signs of an image. */
export const payloadOf = (digest: string, reference = "team/app") =>
  Buffer.from(
    JSON.stringify({
      critical: {
        identity: { "docker-reference": reference },
        image: { "docker-manifest-digest": digest },
        type: "cosign container image signature",
      },
      optional: null,
    }),
  );

export interface SignatureToPush {
  /** What it is attached to. */
  subject: Descriptor;
  /** What it is about. Default: the subject. */
  about?: string;
  /** Whose key, or whose in PEM. */
  key: KeyObject | string;
  as: "tag" | "referrer";
  /** What becomes of the payload once it is signed. */
  tamper?: (payload: Buffer) => Buffer;
  certificate?: string;
}

/** Pushes a signature as cosign 2 does, by hand, so that what is wrong with it can be chosen. */
export async function pushSignature(
  client: RegistryClient,
  repository: string,
  {
    subject,
    about = subject.digest,
    key,
    as,
    tamper = (same) => same,
    certificate,
  }: SignatureToPush,
): Promise<string> {
  const signed = payloadOf(about);
  const privateKey = typeof key === "string" ? createPrivateKey(key) : key;
  const signature = sign("sha256", signed, privateKey).toString("base64");
  const payload = tamper(signed);
  const blob = async (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: await pushBlob(client, repository, bytes),
    size: bytes.length,
  });
  const layer = {
    ...(await blob(simpleSigning, payload)),
    annotations: {
      "dev.cosignproject.cosign/signature": signature,
      ...(certificate === undefined ? {} : { "dev.sigstore.cosign/certificate": certificate }),
    },
  };
  const artifactType = "application/vnd.dev.cosign.artifact.sig.v1+json";
  const { mediaType, digest, size } = subject;
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    ...(as === "referrer" ? { artifactType } : {}),
    config:
      as === "referrer"
        ? await blob(mediaTypes.ociEmpty, Buffer.from("{}"))
        : await blob(mediaTypes.ociConfig, Buffer.from('{"architecture":"","os":""}')),
    layers: [layer],
    ...(as === "referrer" ? { subject: { mediaType, digest, size } } : {}),
  };
  const bytes = Buffer.from(JSON.stringify(document));
  const reference = as === "tag" ? signatureTag(digest) : sha256(bytes);
  return client.putManifest(repository, reference, bytes, mediaTypes.ociManifest);
}

export const signatureTag = (digest: string) => `${digest.replace(":", "-")}.sig`;

/** Signs by cosign itself, as CI would; `folder` is its home. */
export async function cosignSign(
  url: string,
  account: { username: string; password: string },
  {
    folder,
    key,
    image,
    as,
  }: { folder: string; key: string; image: string; as: "tag" | "referrer" },
): Promise<void> {
  const { host } = new URL(url);
  const auths = { [host]: { auth: basicPair(account) } };
  writeFileSync(`${folder}/config.json`, JSON.stringify({ auths }), { mode: 0o600 });
  await run(
    requireTool("cosign"),
    [
      ...["sign", "--yes", "--key", key, "--tlog-upload=false", "--allow-http-registry"],
      ...(as === "referrer" ? ["--registry-referrers-mode=oci-1-1"] : []),
      `${host}/${image}`,
    ],
    {
      env: {
        ...process.env,
        HOME: folder,
        DOCKER_CONFIG: folder,
        COSIGN_PASSWORD: "",
        COSIGN_EXPERIMENTAL: "1",
      },
    },
  );
}

/** A pair of keys as `cosign generate-key-pair` makes it: the path of the private one, and the public one. */
export async function cosignKeys(folder: string): Promise<{ key: string; publicPath: string }> {
  await run(requireTool("cosign"), ["generate-key-pair"], {
    cwd: folder,
    env: { ...process.env, HOME: folder, COSIGN_PASSWORD: "" },
  });
  return { key: `${folder}/cosign.key`, publicPath: `${folder}/cosign.pub` };
}
