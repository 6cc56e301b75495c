import pLimit from "p-limit";
import { z } from "zod";
import type { Descriptor, ManifestAnswer, RegistryClient } from "../../registry/client";
import { isIndex, referenceTypeOf, type Manifest } from "../../images/manifest";
import { formatPlatform } from "../../images/platform";
import type { Inspection, PlatformImage } from "./inspection";

/** Tags asked for together; the client has its own limit for requests. */
const tagsAtOnce = 32;

/** What is shown of a config; all of it may be missing. */
const config = z
  .looseObject({
    os: z.string().optional(),
    architecture: z.string().optional(),
    variant: z.string().optional(),
    created: z.string().optional(),
    config: z
      .looseObject({
        Entrypoint: z.array(z.string()).nullish(),
        Cmd: z.array(z.string()).nullish(),
        Env: z.array(z.string()).nullish(),
        User: z.string().nullish(),
        WorkingDir: z.string().nullish(),
      })
      .nullish(),
  })
  .catch({});

/**
 * Reads everything about an image from its registry, by reading alone: the manifest, its children, their configs, and a HEAD
 * for every tag of the repository.
 *
 * @returns undefined where the registry has no such tag or digest
 * @throws RegistryError
 */
export async function inspectImage(
  client: RegistryClient,
  repository: string,
  reference: string,
): Promise<Omit<Inspection, "runners"> | undefined> {
  const answer = await client.getManifest(repository, reference);
  if (answer === undefined) return undefined;
  const [{ images, missing }, tags] = await Promise.all([
    imagesOf(client, repository, answer),
    tagsOf(client, repository, answer.digest),
  ]);
  const { digest, mediaType, size } = answer;
  const registry = client.origin;
  return { registry, repository, reference, digest, mediaType, size, tags, images, missing };
}

async function imagesOf(
  client: RegistryClient,
  repository: string,
  { document, digest }: ManifestAnswer,
): Promise<Pick<Inspection, "images" | "missing">> {
  if (!isIndex(document)) {
    return { images: [await imageOf(client, repository, digest, document)], missing: [] };
  }
  const found = await Promise.all(
    document.manifests.map(async (child) => {
      const answer = await client.getManifest(repository, child.digest);
      if (answer === undefined || isIndex(answer.document)) return undefined;
      return imageOf(client, repository, child.digest, answer.document, child);
    }),
  );
  return {
    images: found.flatMap((image) => image ?? []),
    missing: document.manifests
      .filter((_, position) => found[position] === undefined)
      .map((child) => child.digest),
  };
}

async function imageOf(
  client: RegistryClient,
  repository: string,
  digest: string,
  { config: descriptor, layers }: Manifest,
  child?: Descriptor,
): Promise<PlatformImage> {
  const {
    os,
    architecture,
    variant,
    created,
    config: run,
  } = await configOf(client, repository, descriptor);
  const named =
    os === undefined || architecture === undefined
      ? undefined
      : formatPlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
  const starts = [...(run?.Entrypoint ?? []), ...(run?.Cmd ?? [])];
  return {
    platform: (child && referenceTypeOf(child)) ?? named ?? descriptor.mediaType,
    digest,
    config: { digest: descriptor.digest, size: descriptor.size },
    layers: layers.map(({ digest: layer, size, mediaType }) => ({
      digest: layer,
      size,
      mediaType,
    })),
    bytes: layers.reduce((sum, { size }) => sum + size, 0),
    ...(created === undefined ? {} : { created }),
    ...(starts.length === 0 ? {} : { starts }),
    ...(run?.User ? { user: run.User } : {}),
    ...(run?.WorkingDir ? { workingDirectory: run.WorkingDir } : {}),
    environment: (run?.Env ?? []).map((line) => line.split("=", 1)[0] ?? ""),
  };
}

async function configOf(
  client: RegistryClient,
  repository: string,
  { digest }: Descriptor,
): Promise<z.infer<typeof config>> {
  const bytes = await client.getBlob(repository, digest);
  try {
    return config.parse(JSON.parse(bytes?.toString("utf8") ?? "{}"));
  } catch {
    return {};
  }
}

async function tagsOf(
  client: RegistryClient,
  repository: string,
  digest: string,
): Promise<string[]> {
  const limit = pLimit(tagsAtOnce);
  const all: Promise<string[]>[] = [];
  for await (const tag of client.tags(repository)) {
    all.push(
      limit(async () =>
        (await client.headManifest(repository, tag))?.digest === digest ? [tag] : [],
      ),
    );
  }
  return (await Promise.all(all)).flat().sort();
}
