import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import pLimit from "p-limit";
import { RegistryClient, type Credentials, type RegistryAddress } from "../oci/client";
import { lookAt, type SeedPlatform } from "../oci/lookAtImage";
import { seedImage, type OnMoved, type SeededImage } from "../oci/seedImage";
import { pushArchive, type Compression } from "../oci/skopeo";
import { differ, type DynamicProvider } from "./provider";

export interface SeedInputs {
  address: RegistryAddress;
  credentials: Credentials;
  repository: string;
  tags: string[];
  platforms: SeedPlatform[];
  compression: Compression;
  onMoved: OnMoved;
  onRemove: "keep" | "delete";
}

export interface SeedOutputs extends SeedInputs, Partial<SeededImage> {
  /** Why the image is not as it should be; the verification fails the deployment with it. */
  problem?: string;
}

/** Images pushed at once: skopeo compresses on several cores by itself. */
const slots = pLimit(Math.max(2, availableParallelism()));

/**
 * Seeds one image. A push that fails does not throw: the other images must go on, and all problems are told at the end,
 * by the verification. The problem in the state makes the next deployment try again.
 */
export const seedProvider: DynamicProvider<SeedInputs, SeedOutputs> = {
  check: (_olds, inputs) => Promise.resolve({ inputs, failures: [] }),
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: olds.problem !== undefined || olds.digest === undefined || changed(olds, news),
      ...(olds.repository === news.repository ? {} : { replaces: ["repository"] }),
    }),
  create: async (inputs) => ({ id: inputs.repository, outs: await slots(() => seed(inputs, [])) }),
  read: async (id, props) => ({ id, props: await refreshed(props) }),
  update: async (_id, olds, news) => ({ outs: await slots(() => update(olds, news)) }),
  delete: async (_id, props) => {
    if (props.onRemove === "delete")
      await withClient(props, (client) => removeTags(client, props, props.tags));
  },
};

/** What names the image: an archive's path and image ID may change with the same image inside. */
function changed(olds: SeedOutputs, news: SeedInputs): boolean {
  const identity = ({ platforms }: SeedInputs) =>
    platforms.map(({ platform, config }) => ({ platform, config }));
  return (
    differ<SeedInputs>(olds, news, [
      "address",
      "credentials",
      "repository",
      "tags",
      "onMoved",
      "onRemove",
    ]) || differ({ identity: identity(olds) }, { identity: identity(news) }, ["identity"])
  );
}

async function update(olds: SeedOutputs, news: SeedInputs): Promise<SeedOutputs> {
  const outs = await seed(news, digests(olds));
  const dropped = olds.tags.filter((tag) => !news.tags.includes(tag));
  if (outs.problem === undefined && news.onRemove === "delete") {
    await withClient(news, (client) => removeTags(client, olds, dropped));
  }
  return outs;
}

async function seed(inputs: SeedInputs, previous: string[]): Promise<SeedOutputs> {
  const onProgress = (message: string) => {
    // What a provider prints, the engine shows beside the resource.
    process.stdout.write(`${message}\n`);
  };
  try {
    const seeded = await withClient(inputs, (client) =>
      seedImage({
        client,
        image: inputs,
        onMoved: inputs.onMoved,
        previous,
        push: (what) =>
          pushArchive({
            ...inputs,
            ...what,
            onProgress: (line) => {
              onProgress(`${what.repository}:${what.tag}: ${line}`);
            },
          }),
        resolveArchive,
        onProgress,
      }),
    );
    return { ...inputs, ...seeded };
  } catch (error) {
    return { ...inputs, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The state after a look at the registry: a tag that moved or is gone becomes a problem, which `update` mends. */
async function refreshed(props: SeedOutputs): Promise<SeedOutputs> {
  const found = await withClient(props, (client) => lookAt(client, props));
  const astray = found.tags.filter(
    ({ digest }) => digest === undefined || digest !== found.target?.digest,
  );
  const { problem: _, ...rest } = props;
  if (astray.length === 0 && found.target !== undefined)
    return { ...rest, digest: found.target.digest };
  const list = astray.map(
    ({ tag, digest }) =>
      `${props.repository}:${tag} ${digest === undefined ? "is gone" : `moved to ${digest}`}`,
  );
  return {
    ...rest,
    problem: list.join(", ") || `${props.repository}: a platform's manifest is gone`,
  };
}

async function removeTags(
  client: RegistryClient,
  { repository, ...olds }: SeedOutputs,
  tags: string[],
): Promise<void> {
  const ours = new Set(digests(olds));
  for (const tag of tags) {
    const head = await client.headManifest(repository, tag);
    // A tag that moved is somebody else's by now.
    if (head !== undefined && ours.has(head.digest)) await client.deleteManifest(repository, tag);
  }
}

const digests = ({ digest, children = [] }: Partial<SeededImage>) => [
  ...(digest === undefined ? [] : [digest]),
  ...children.map((child) => child.digest),
];

async function withClient<T>(
  { address, credentials }: Pick<SeedInputs, "address" | "credentials">,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  const client = new RegistryClient({ ...address, credentials });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Archives are named relative to the project's folder, where Pulumi.yaml lies; the process may run in a folder below. */
function resolveArchive(archive: string): string {
  if (isAbsolute(archive)) return archive;
  let folder = process.cwd();
  while (!existsSync(join(folder, "Pulumi.yaml")) && dirname(folder) !== folder)
    folder = dirname(folder);
  return existsSync(join(folder, "Pulumi.yaml")) ? join(folder, archive) : resolve(archive);
}
