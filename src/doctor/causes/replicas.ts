import {
  bucketProblemAtStart,
  redisProblem,
  unknownToRedis,
  type BackendProblem,
} from "../../facts/zotBackends";
import { deployAgain, kubectl } from "../commands";
import type { Cause, Evidence } from "../finding";
import { isDown, podEvidence } from "../registryPods";
import type { RegistryPodFacts, Snapshot } from "../snapshot";

/** Milliseconds for which an old line of a pod that serves is believed: a log that only holds errors never says that all is well. */
const believedMs = 15 * 60_000;

/** The pods in whose logs a problem was found, each with why. */
function podsWith(
  { cluster, now }: Snapshot,
  problemIn: (pod: RegistryPodFacts) => BackendProblem | undefined,
): { pod: RegistryPodFacts; reason: string }[] {
  return (cluster?.registryPods ?? []).flatMap((pod) => {
    const problem = problemIn(pod);
    const old = problem !== undefined && pod.ready && now - problem.at > believedMs;
    return problem === undefined || old ? [] : [{ pod, reason: problem.reason }];
  });
}

const byItsLog = (
  snapshot: Snapshot,
  problemIn: (pod: RegistryPodFacts) => BackendProblem | undefined,
): Evidence[] =>
  podsWith(snapshot, problemIn).map(({ pod, reason }) =>
    podEvidence(snapshot, pod, `by its log: ${reason}`),
  );

const podDiffers: Cause = {
  code: "ZD110",
  title: "one of the registry's pods does not serve, while others do",
  hint: "Delete it: another one takes its place. Where that fails as well, its log and its events say why, or how its node differs.",
  why: "The others go on serving, so that clients see nothing of it until one of them goes, too.",
  depth: 5,
  find: (snapshot) => {
    const pods = snapshot.cluster?.registryPods ?? [];
    if (!pods.some(({ ready }) => ready)) return [];
    return pods.filter(isDown).map((pod) => podEvidence(snapshot, pod));
  },
};

const redisAway: Cause = {
  code: "ZD111",
  title: "the registry does not reach its Redis",
  hint: "Look at Redis itself, at zot-fleet:registry.redis.addresses and zot-fleet:redisPassword, and at what lies between: a network policy, a firewall, DNS.",
  why: "A pod that runs answers 500 after 10 seconds to everybody with an account and stays ready; one that starts ends with exit code 1.",
  depth: 1,
  find: (snapshot) => byItsLog(snapshot, ({ log }) => redisProblem(log)),
};

const bucketAway: Cause = {
  code: "ZD112",
  title: "the registry does not start without its bucket",
  hint: "Look at zot-fleet:registry.storage.s3 (bucket, endpoint, region) and zot-fleet:s3Credentials, at the bucket's own policy, and at what lies between.",
  why: "Zot lists the bucket before it serves, and ends with exit code 1 where it cannot. One that serves already goes on, and answers 404 for what it cannot read.",
  depth: 1,
  find: (snapshot) =>
    byItsLog(snapshot, ({ log, ready }) => (ready ? undefined : bucketProblemAtStart(log))),
};

const redisEmptied: Cause = {
  code: "ZD113",
  title: "Redis was emptied while the registry ran",
  hint: "Restart the registry's pods: Zot reads all images anew when it starts. API keys that were in Redis are gone: pulumi up --refresh makes those of the stack again. Let Redis keep what it holds (appendonly yes, maxmemory-policy noeviction).",
  why: "Images are in the bucket and stay whole. What is in Redis alone is lost: API keys, the times of pulls that retention goes by, and what search finds.",
  depth: 5,
  find: (snapshot) => {
    const { cluster, registry } = snapshot;
    const isCached = (repository: string) =>
      (registry.upstreamPrefixes ?? []).some((prefix) => repository.startsWith(`${prefix}/`));
    const place = cluster?.registryPlace;
    if (place?.declared === undefined) return [];
    const found = (cluster?.registryPods ?? []).flatMap(({ namespace, name, log }) => {
      const repository = unknownToRedis(log);
      return repository === undefined || isCached(repository)
        ? []
        : [{ subject: `${namespace}/${name}`, repository }];
    });
    const restart = `-n ${place.namespace} rollout restart deployment zot`;
    return found.map(({ subject, repository }) => ({
      subject,
      detail: `by its log Redis does not know ${repository}, which it serves`,
      command: kubectl(snapshot, restart),
    }));
  },
};

const dedupeLeftOn: Cause = {
  code: "ZD114",
  title: "the registry keeps blobs once in its bucket, and only Redis knows where",
  hint: "Set storage.dedupe to false, as this program does (pulumi up --refresh), before Redis loses anything; then push again what was pushed meanwhile.",
  why: "With dedupe a blob of a second repository is an empty object that Redis resolves: after its loss nested repositories answered 404 for good.",
  depth: 5,
  find: (snapshot) => {
    const { registry, cluster } = snapshot;
    if (registry.dedupesBucket !== true) return [];
    return [
      {
        subject: cluster?.registryPlace?.declared?.bucket ?? registry.host,
        detail: "its config has a bucket, and storage.dedupe is not false",
        command: deployAgain(snapshot),
      },
    ];
  },
};

/** The registry of several pods, and what they share: Redis and a bucket. */
export const replicaCauses: readonly Cause[] = [
  podDiffers,
  redisAway,
  bucketAway,
  redisEmptied,
  dedupeLeftOn,
];
