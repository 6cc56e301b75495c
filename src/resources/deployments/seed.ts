import { availableParallelism } from "node:os";
import pLimit, { type LimitFunction } from "p-limit";
import { isRefused } from "../../keys/registryKeys";
import type { RegistryAddress, RegistryClient } from "../../registry/client";
import { childTags, findImage } from "../../seeding/findImage";
import { inProject } from "../../system/projectFolder";
import { removeTags } from "../../registry/removeTags";
import { seedImage, type SeededImage } from "../../seeding/seedImage";
import { ensureSentinel } from "../../seeding/sentinel";
import { pushArchive } from "../../seeding/skopeo";
import { readForRefresh } from "./readForRefresh";
import { isEnding } from "../ending";
import { progress, Tally } from "../progress";
import type { Deployment } from "../provider";
import { declaredIn, type SeedInputs, type SeedOutputs } from "../seed";
import { withClient } from "./withClient";

/** Images pushed at once: skopeo compresses on several cores by itself, and waits for the registry in between. */
const pushing = pLimit(availableParallelism());
/** Images looked at or pushed at once: a look is a few small requests. */
const looking = pLimit(16);
const tally = new Tally();

const writing = new Map<string, LimitFunction>();

/** Over a bucket two pods that write into one repository at once lose tags of each other: its seeds come one after another. */
function alone<T>({ repository }: SeedInputs, work: () => Promise<T>): Promise<T> {
  const turn = writing.get(repository) ?? pLimit(1);
  writing.set(repository, turn);
  return turn(work);
}

const inTurn = (inputs: SeedInputs, work: () => Promise<SeedOutputs>) =>
  tally.count(
    () => looking(() => alone(inputs, work)),
    ({ repository, action, problem }) =>
      `${repository}: ${problem === undefined ? (action ?? "") : "failed"}`,
  );

/**
 * Seeds one image. A push that fails does not throw: the other images must go on, and all problems are reported at the end,
 * by the verification. The problem in the state makes the next deployment try again.
 */
export const seedDeployment: Deployment<SeedInputs, SeedOutputs> = {
  create: async (inputs) => ({
    id: inputs.repository,
    outs: await inTurn(inputs, () => seed(inputs, {})),
  }),
  read: async (id, props) => ({
    id,
    props: await readForRefresh(
      { what: props.repository, endpoint: props.endpoint },
      () => withMovedTags(props),
      (problem) => ({ ...props, problem }),
    ),
  }),
  update: async (_id, olds, news) => ({ outs: await inTurn(news, () => update(olds, news)) }),
  delete: async (_id, props) => {
    // A destroy keeps the claim, and with it the images: they left no stack file.
    if (props.onRemove === "delete" && !isEnding()) await alone(props, () => removed(props));
  },
};

/** Runs `work` with a client of the registry, once its storage was seen to take and to give where the endpoint has a sentinel. */
function withStorage<T>(
  { endpoint, credentials }: Pick<SeedInputs, "endpoint" | "credentials">,
  work: (client: RegistryClient, address: RegistryAddress) => Promise<T>,
): Promise<T> {
  return withClient(endpoint, credentials, async (client, address) => {
    if (address.sentinel !== undefined) await ensureSentinel(client, address.sentinel);
    return work(client, address);
  });
}

async function update(olds: SeedOutputs, news: SeedInputs): Promise<SeedOutputs> {
  const outs = await seed(news, olds);
  const dropped = tagsOf(olds).filter((tag) => !tagsOf(news).includes(tag));
  if (outs.problem === undefined && news.onRemove === "delete") {
    await withStorage(news, (client) => remove(client, olds, dropped));
  }
  return outs;
}

/** `before` is what an earlier seeding left: a seeding that fails moves no tag, and the state goes on knowing that. */
async function seed(inputs: SeedInputs, before: Partial<SeededImage>): Promise<SeedOutputs> {
  try {
    const seeded = await withStorage(inputs, (client, address) =>
      seedImage({
        client,
        image: inputs,
        onMoved: inputs.onMoved,
        previous: digests(before),
        push: (what) =>
          pushing(() =>
            pushArchive({
              ...inputs,
              ...what,
              address,
              onProgress: (line) => {
                progress.say(`${what.repository}:${what.tag}: ${line}`);
              },
            }),
          ),
        resolveArchive: inProject,
        onProgress: progress.say,
      }),
    );
    return { ...inputs, ...seeded };
  } catch (error) {
    const { digest, children } = before;
    return {
      ...inputs,
      ...(digest === undefined ? {} : { digest }),
      ...(children === undefined ? {} : { children }),
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

/**
 * The state after a look at the registry. A tag that moved or is gone becomes a `problem`; a state with one differs from what is
 * declared (`trouble` in src/resources/define.ts), so the next `up` calls `update`, which seeds again.
 */
async function withMovedTags(props: SeedOutputs): Promise<SeedOutputs> {
  const found = await withClient(props.endpoint, props.credentials, (client) =>
    findImage(client, props),
  );
  const wanted = found.target?.digest ?? props.digest;
  const astray = new Map([
    ...found.children
      .filter(({ manifest }) => manifest === undefined)
      .map(({ tag, digest }) => [tag, digest] as const),
    ...found.tags
      .filter(({ digest }) => digest === undefined || digest !== wanted)
      .map(({ tag, digest }) => [tag, digest] as const),
  ]);
  const { problem: _, ...rest } = props;
  if (astray.size === 0 && found.target !== undefined)
    return { ...rest, digest: found.target.digest };
  const list = [...astray].map(
    ([tag, digest]) =>
      `${props.repository}:${tag} ${digest === undefined ? "is gone" : `moved to ${digest}`}`,
  );
  return { ...rest, problem: list.join(", ") };
}

/** The tags of a seed that nobody declares any more. */
function undeclared(seed: SeedInputs): string[] {
  const kept = new Set(declaredIn(seed.repository).flatMap(tagsOf));
  return tagsOf(seed).filter((tag) => !kept.has(tag));
}

/** An image that is no longer declared has the password that it was seeded with, which a renewal in between has replaced. */
async function removed(props: SeedOutputs): Promise<void> {
  const tags = undeclared(props);
  try {
    await withStorage(props, (client) => remove(client, props, tags));
  } catch (error) {
    if (!isRefused(error)) throw error;
    progress.say(
      `${props.repository}: the password that it was seeded with has been replaced: its tags ${tags.join(", ")} stay, to be removed by hand`,
    );
  }
}

const tagsOf = (image: SeedInputs) => [...new Set([...image.tags, ...childTags(image)])];

const remove = (client: RegistryClient, olds: SeedOutputs, tags: string[]) =>
  removeTags(client, olds.repository, tags, new Set(digests(olds)));

const digests = ({ digest, children = [] }: Partial<SeededImage>) => [
  ...(digest === undefined ? [] : [digest]),
  ...children.map((child) => child.digest),
];
