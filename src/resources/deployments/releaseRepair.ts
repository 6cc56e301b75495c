import { setTimeout as sleep } from "node:timers/promises";
import {
  asFailed,
  emptyRecord,
  helmRecords,
  recordKeeper,
  type HelmRecord,
} from "../../cluster/helmRecords";
import {
  clusterTime,
  KubernetesError,
  kubernetesReader,
  kubernetesWriter,
  type KubernetesReader,
  type KubernetesWriter,
} from "../../cluster/kubernetes";
import { stuckPodOf, unfinishedIn } from "../../cluster/readRelease";
import { isRunning } from "../../cluster/releaseState";
import { takeBack } from "../../cluster/takeBack";
import { isOurs } from "../../zot/chartValues";
import { madeAnew } from "../define";
import { progress } from "../progress";
import { wasLost, type ReleaseRepairInputs } from "../releaseRepair";

/** What the repair works with; tests give their own. */
export interface RepairTools {
  reader: KubernetesReader;
  writer: KubernetesWriter;
  /** Milliseconds since 1970, by the API server's clock. */
  now: () => Promise<number>;
  sleep: (milliseconds: number) => Promise<void>;
}

export const releaseRepairDeployment = madeAnew<ReleaseRepairInputs, ReleaseRepairInputs>(
  named,
  async (news, olds) => {
    const isWanted = olds !== undefined || (news.repair ?? "") !== "";
    if (isWanted) await repair(news, await toolsFor(news.context));
    return news;
  },
);

async function toolsFor(context: string): Promise<RepairTools> {
  return {
    reader: await kubernetesReader(context),
    writer: await kubernetesWriter(context),
    now: () => clusterTime(context),
    sleep: (milliseconds) => sleep(milliseconds),
  };
}

/** Milliseconds between two looks at an operation that may yet end. */
const pause = 5_000;

/**
 * Brings a release to where Helm upgrades it. The last deployed revision is only read. It can be cut anywhere and run again.
 *
 * @throws Error where somebody else works on the release
 */
export async function repair(news: ReleaseRepairInputs, tools: RepairTools): Promise<void> {
  const { reader, writer } = tools;
  const records = await whenNobodyWorks(news, tools);
  const newest = records.at(-1);
  if (newest === undefined) {
    if (!wasLost(news.repair ?? "")) return;
    await writer.create(await emptyRecord(news, "zot", new Date(await tools.now())));
    progress.say(`Helm has no revision of ${named(news)}: the release is made again`);
    return;
  }
  if (isRunning(newest.status)) await close(newest, news, tools);
  const deployed = records.findLast(({ status }) => status === "deployed");
  // What ended half-way and is wanted still is gone on with; Helm takes nothing back of what is not wanted any more.
  if (
    unfinishedIn(records, isOurs) !== undefined &&
    deployed !== undefined &&
    news.edited !== false
  )
    for (const line of await takeBack({ reader, writer }, news, newest, deployed))
      progress.say(line);
  await takeAway(newest, news, tools);
}

/** The records, once no operation can be running: it is over, or its time is. */
async function whenNobodyWorks(
  news: ReleaseRepairInputs,
  { reader, now, sleep: wait }: RepairTools,
): Promise<HelmRecord[]> {
  const timeout = Math.max(news.given ?? 0, news.timeout) * 1000;
  let announced = false;
  for (;;) {
    const records = await helmRecords(reader, news);
    const unfinished = unfinishedIn(records, isOurs);
    if (unfinished === undefined || !isRunning(unfinished.status)) return records;
    const { revision, status, begun, ours, writer = "somebody", chart } = unfinished;
    if (!ours)
      throw new Error(
        `${writer} is working on Helm's release ${named(news)}: revision ${revision} (${chart}) is ${status} since ${begun}.\n` +
          "  Nothing has changed. Run pulumi up again when it has ended. If it never ends, whoever began it rolls it back:\n" +
          `  helm rollback ${news.name} -n ${news.namespace}`,
      );
    const until = Date.parse(begun) + timeout;
    if (status === "uninstalling" || (await now()) >= until) return records;
    if (!announced)
      progress.say(
        `Helm's revision ${revision} of ${named(news)} is ${status} since ${begun}: waiting for whoever began it until ${new Date(until).toISOString()}`,
      );
    announced = true;
    await wait(pause);
  }
}

/** Writes the end that the operation never wrote. Helm goes on from a failed revision as from any other. */
async function close(
  record: HelmRecord,
  release: ReleaseRepairInputs,
  { writer }: RepairTools,
): Promise<void> {
  const { revision, status, begun } = record;
  const why = `zot-fleet: was ${status} since ${begun}, and nobody ended it`;
  await writer.replace(await asFailed(record, why), recordKeeper);
  progress.say(
    `Helm's revision ${revision} of ${named(release)} was ${status} since ${begun}: it failed`,
  );
}

/**
 * A StatefulSet waits for a pod to be ready before it makes the next one as it should be, also where it never will be: the pod is
 * taken away, and the upgrade that follows brings it back (kubernetes.io, StatefulSets, "Forced rollback").
 */
async function takeAway(
  record: HelmRecord,
  release: ReleaseRepairInputs,
  { reader, writer, sleep: wait }: RepairTools,
): Promise<void> {
  const stuck = await stuckPodOf(reader, release, record);
  if (stuck === undefined) return;
  const { namespace } = release;
  const set = stuck.name.replace(/-0$/, "");
  const none = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { namespace, name: set },
    spec: { replicas: 0 },
  };
  await writer.patch(none);
  progress.say(
    `pod ${namespace}/${stuck.name} does not start (${stuck.why}): it is deleted, to be created again`,
  );
  const pod = { apiVersion: "v1", kind: "Pod", namespace, name: stuck.name };
  // The upgrade would find it, and wait for it. It is told to end in 30 s at most.
  for (let left = 60; left > 0; left--) {
    const now = await reader.read(pod);
    if (now?.metadata?.uid !== stuck.uid) return;
    await wait(1_000);
  }
  throw new KubernetesError(
    `pod ${namespace}/${stuck.name} is not deleted, though its StatefulSet has 0 replicas`,
  );
}

function named({ namespace, name }: Pick<ReleaseRepairInputs, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}
