import { randomBytes } from "node:crypto";
import { sha256 } from "../../src/images/digest";
import type { Descriptor } from "../../src/images/manifest";
import { mediaTypes } from "../../src/images/mediaTypes";
import type { RegistryClient } from "../../src/registry/client";
import type { SeedInputs } from "../../src/resources/seed";
import { promotedImages, repositoryAt, type Source } from "../../src/seeding/promoted";
import { noReleases, withRelease } from "../../src/seeding/releases";
import { resolveRelease } from "../../src/seeding/resolveRelease";
import { pushBlob } from "./push";
import { seedInputs } from "./seeding";

/** What `pushRelease` pushed. */
export interface PushedRelease {
  index: string;
  children: Record<"linux/amd64" | "linux/arm64", string>;
  /** Of the index. */
  signature: string;
  /** Of the child for amd64. */
  sbom: string;
  /** Of the SBOM: a referrer of a referrer. */
  sbomSignature: string;
  /** Under cosign's tag. */
  cosign: { tag: string; digest: string };
  /** The layer of amd64. */
  layer: string;
}

/** Pushes an index of two platforms with all that may belong to one; `content` makes it another. */
export async function pushRelease(
  client: RegistryClient,
  repository: string,
  tag: string,
  { content = "one", layerBytes = 1000 } = {},
): Promise<PushedRelease> {
  const push = async (document: object, reference?: string): Promise<Descriptor> => {
    const { mediaType } = document as { mediaType: string };
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = sha256(bytes);
    await client.putManifest(repository, reference ?? digest, bytes, mediaType);
    return { mediaType, digest, size: bytes.length };
  };
  const blob = async (mediaType: string, bytes: Buffer): Promise<Descriptor> => {
    const digest = await pushBlob(client, repository, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const image = async (architecture: string) => {
    const config = JSON.stringify({
      architecture,
      os: "linux",
      rootfs: { type: "layers", diff_ids: [sha256(Buffer.from(content + architecture))] },
    });
    const layer = await blob(
      mediaTypes.ociLayerGzip,
      Buffer.concat([Buffer.from(content + architecture), randomBytes(layerBytes)]),
    );
    const manifest = await push({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: await blob(mediaTypes.ociConfig, Buffer.from(config)),
      layers: [layer],
    });
    return { layer, descriptor: { ...manifest, platform: { os: "linux", architecture } } };
  };
  const [amd64, arm64] = [await image("amd64"), await image("arm64")];
  const index = await push(
    {
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [amd64.descriptor, arm64.descriptor],
    },
    tag,
  );
  const referrer = async (artifactType: string, { platform: _, ...subject }: Descriptor) =>
    push({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType,
      config: await blob(mediaTypes.ociEmpty, Buffer.from("{}")),
      layers: [await blob(artifactType, Buffer.from(`${artifactType} of ${subject.digest}`))],
      subject,
    });
  const signature = await referrer("application/vnd.dev.cosign.artifact.sig.v1+json", index);
  const sbom = await referrer("application/spdx+json", amd64.descriptor);
  const sbomSignature = await referrer("application/vnd.cncf.notary.signature", sbom);
  const cosignTag = `${index.digest.replace(":", "-")}.sig`;
  const cosign = await push(
    {
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: await blob(mediaTypes.ociConfig, Buffer.from('{"architecture":"","os":""}')),
      layers: [
        await blob("application/vnd.dev.cosign.simplesigning.v1+json", Buffer.from(index.digest)),
      ],
    },
    cosignTag,
  );
  return {
    index: index.digest,
    children: { "linux/amd64": amd64.descriptor.digest, "linux/arm64": arm64.descriptor.digest },
    signature: signature.digest,
    sbom: sbom.digest,
    sbomSignature: sbomSignature.digest,
    cosign: { tag: cosignTag, digest: cosign.digest },
    layer: amd64.layer.digest,
  };
}

/** The inputs of a seed at `url` that is promoted from `source`, as it is there now. */
export async function promotedInputs(
  url: string,
  source: Source,
  client: RegistryClient,
  tag = "1.4",
  rest: Partial<SeedInputs> = {},
): Promise<SeedInputs> {
  const image = "team/app";
  const release = await resolveRelease(client, repositoryAt(source, image), tag);
  const lock = withRelease(noReleases, { source: source.name, image, tag }, release);
  const answer = promotedImages(lock, { image, tags: [tag] }, source);
  if ("problem" in answer) throw new Error(answer.problem);
  const [found] = answer.images;
  if (found === undefined) throw new Error("nothing is promoted");
  const sourceCredentials = { username: "reader", password: "reader-of-accra" };
  return seedInputs(url, { ...found, platforms: [], sourceCredentials, ...rest });
}
