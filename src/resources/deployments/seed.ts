import { availableParallelism } from "node:os";
import pLimit, { type LimitFunction } from "p-limit";
import { isRefused } from "../../keys/registryKeys";
import { RegistryError, type RegistryAddress, type RegistryClient } from "../../registry/client";
import { childTags, findImage } from "../../seeding/findImage";
import { inProject } from "../../system/projectFolder";
import { removeTags } from "../../registry/removeTags";
import { copyFromSource } from "../../seeding/copyFromSource";
import { findPromoted } from "../../seeding/findPromoted";
import type { SeededImage } from "../../seeding/movedTags";
import type { Promoted } from "../../seeding/promoted";
import { promoteImage } from "../../seeding/promoteImage";
import { seedImage } from "../../seeding/seedImage";
import { ensureSentinel } from "../../seeding/sentinel";
import { keyWords } from "../../seeding/releaseWords";
import { verifySignature } from "../../seeding/verifySignature";
import { pushSeed } from "./pushSeed";
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
async function seed(inputs: SeedInputs, before: Partial<SeedOutputs>): Promise<SeedOutputs> {
  try {
    const seeded = await withStorage(inputs, (client, address) =>
      isPromoted(inputs)
        ? promoted(inputs, before, client, address)
        : fromArchives(inputs, before, client, address),
    );
    return { ...inputs, ...seeded };
  } catch (error) {
    const { digest, children, verified } = before;
    return {
      ...inputs,
      ...(digest === undefined ? {} : { digest }),
      ...(children === undefined ? {} : { children }),
      ...(verified === undefined ? {} : { verified }),
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

const fromArchives = (
  inputs: SeedInputs,
  before: Partial<SeedOutputs>,
  client: RegistryClient,
  address: RegistryAddress,
): Promise<SeededImage> =>
  seedImage({
    client,
    image: inputs,
    onMoved: inputs.onMoved,
    previous: digests(before),
    push: (what, name) =>
      pushing(() =>
        pushSeed({
          ...inputs,
          ...what,
          address,
          measured: (doing, total) => progress.transfer(`${doing} ${name}`, total),
          onProgress: (line) => {
            progress.say(`${what.repository}:${what.tag}: ${line}`);
          },
        }),
      ),
    resolveArchive: inProject,
    onProgress: progress.say,
  });

type PromotedInputs = SeedInputs & { promoted: Promoted };

const isPromoted = <T extends SeedInputs>(inputs: T): inputs is T & PromotedInputs =>
  inputs.promoted !== undefined;

async function promoted(
  inputs: PromotedInputs,
  before: Partial<SeedOutputs>,
  client: RegistryClient,
  address: RegistryAddress,
): Promise<SeededImage & Pick<SeedOutputs, "verified">> {
  const { repository, credentials, sourceCredentials, promoted, signedBy, onMoved } = inputs;
  const source = {
    name: promoted.source,
    address: promoted.address,
    repository: promoted.repository,
    ...(sourceCredentials === undefined ? {} : { credentials: sourceCredentials }),
  };
  const seeded = await promoteImage({
    client,
    image: inputs,
    onMoved,
    previous: digests(before),
    ...(signedBy === undefined
      ? {}
      : {
          signature: {
            isKnown: isVerified(before, inputs),
            verify: () => pushing(() => verifySignature(client, repository, promoted, signedBy)),
          },
        }),
    copy: (digest) =>
      pushing(() =>
        copyFromSource(source, { address, credentials, repository }, digest, (doing, total) =>
          progress.transfer(`${doing} ${repository} from ${promoted.source}`, total),
        ),
      ),
    onProgress: progress.say,
  });
  return signedBy === undefined
    ? seeded
    : { ...seeded, verified: { digest: promoted.digest, key: signedBy.fingerprint } };
}

/** Whether an image is signed as it has to be, as far as a deployment has seen. */
const isVerified = (
  { verified }: Partial<SeedOutputs>,
  { promoted, signedBy }: Pick<PromotedInputs, "promoted" | "signedBy">,
): boolean =>
  signedBy === undefined ||
  (verified?.key === signedBy.fingerprint && verified.digest === promoted.digest);

/**
 * The state after a look at the registry. A tag that moved or is gone becomes a `problem`; a state with one differs from what is
 * declared (`trouble` in src/resources/define.ts), so the next `up` calls `update`, which seeds again.
 */
async function withMovedTags(props: SeedOutputs): Promise<SeedOutputs> {
  if (isPromoted(props)) return withMissing(props);
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
  const list = [...astray].map(([tag, digest]) => movedTag(props.repository, tag, digest));
  return { ...rest, problem: list.join(", ") };
}

/** The same of a promoted image: also what it names and what refers to it may be gone, and its signature was never verified. */
async function withMissing(props: SeedOutputs & PromotedInputs): Promise<SeedOutputs> {
  const { repository } = props;
  const found = await withClient(props.endpoint, props.credentials, (client) =>
    findPromoted(client, props),
  );
  const astray = found.tags
    .filter(({ digest, wanted }) => digest !== wanted)
    .map(({ tag, digest }) => movedTag(repository, tag, digest));
  const gone = [...found.missing, ...found.missingAttached.map(({ digest }) => digest)];
  const { promoted, signedBy } = props;
  const list = [
    ...astray,
    ...gone.map((digest) => `${repository}@${digest} is gone`),
    ...(signedBy === undefined || isVerified(props, props)
      ? []
      : [`${repository}@${promoted.digest} was not verified by ${keyWords(signedBy)}`]),
  ];
  const { problem: _, ...rest } = props;
  return list.length === 0
    ? { ...rest, digest: promoted.digest }
    : { ...rest, problem: list.join(", ") };
}

const movedTag = (repository: string, tag: string, digest: string | undefined) =>
  `${repository}:${tag} ${digest === undefined ? "is gone" : `moved to ${digest}`}`;

/** The tags of a seed that nobody declares any more. */
function undeclared(seed: SeedInputs): string[] {
  const kept = new Set(declaredIn(seed.repository).flatMap(tagsOf));
  return tagsOf(seed).filter((tag) => !kept.has(tag));
}

/** An image that is no longer declared has the password that it was seeded with, which a renewal in between has replaced. */
async function removed(props: SeedOutputs): Promise<void> {
  const tags = undeclared(props);
  try {
    await withStorage(props, async (client) => {
      await withoutCosign(client, props);
      await remove(client, props, tags);
    });
  } catch (error) {
    if (!isRefused(error)) throw error;
    progress.say(
      `${props.repository}: the password that it was seeded with has been replaced: its tags ${tags.join(", ")} stay, to be removed by hand`,
    );
  }
}

/**
 * Before the image itself: Zot 2.1.18 answers 500 to whoever deletes what is about an image that it has no more. What stays, its garbage
 * collection takes once the image is gone.
 */
async function withoutCosign(client: RegistryClient, props: SeedOutputs): Promise<void> {
  const kept = new Set(declaredIn(props.repository).flatMap(cosignTagsOf));
  const tags = cosignTagsOf(props).filter((tag) => !kept.has(tag));
  try {
    await remove(client, props, tags);
  } catch (error) {
    if (!(error instanceof RegistryError) || (error.status ?? 0) < 500) throw error;
    progress.say(`${props.repository}: ${tags.join(", ")} stay: ${error.message}`);
  }
}

const tagsOf = (image: SeedInputs) => [...new Set([...image.tags, ...childTags(image)])];

const cosignTagsOf = ({ promoted }: Pick<SeedInputs, "promoted">) =>
  (promoted?.cosignTags ?? []).map(({ tag }) => tag);

const remove = (client: RegistryClient, olds: SeedOutputs, tags: string[]) =>
  removeTags(client, olds.repository, tags, new Set(digests(olds)));

const digests = ({ digest, children = [], promoted }: Partial<SeedOutputs>) => [
  ...(digest === undefined ? [] : [digest]),
  ...[...children, ...(promoted?.cosignTags ?? [])].map((each) => each.digest),
];
