import { kubectl } from "./commands";
import type { Evidence } from "./finding";
import type { ClusterFacts, RegistryPodFacts, Snapshot } from "./snapshot";

/** What all pods of the registry wrote: which of them answered a client, nobody knows. */
export const logsOf = (cluster: Pick<ClusterFacts, "registryPods"> | undefined): string =>
  (cluster?.registryPods ?? []).map(({ log }) => log).join("\n");

/** Whether a pod that is not ready is young and shows no failure: it then starts, and is not down. */
export const mayStillStart = ({ age, reason = "", phase }: RegistryPodFacts): boolean =>
  age < 600 && !/CrashLoop|Error|OOM|ImagePull|Failed/.test(`${reason} ${phase}`);

/** Whether it neither answers nor is about to. */
export const isDown = (pod: RegistryPodFacts): boolean => !pod.ready && !mayStillStart(pod);

/** `Running, not ready for 30 s, 4 restarts: CrashLoopBackOff` */
const stateOf = ({ phase, age, restarts, reason }: RegistryPodFacts): string =>
  `${phase}, not ready for ${Math.round(age)} s, ${restarts} restarts${reason === undefined ? "" : `: ${reason}`}`;

/** Arguments of kubectl that show why a pod ended. */
const lastWords = ({ namespace, name, restarts }: RegistryPodFacts): string =>
  `-n ${namespace} logs ${name}${restarts > 0 ? " --previous" : ""} --tail 50`;

/** What is wrong with a pod, by default its state, and the command that shows why. */
export const podEvidence = (
  snapshot: Snapshot,
  pod: RegistryPodFacts,
  detail: string = stateOf(pod),
): Evidence => ({
  subject: `${pod.namespace}/${pod.name}`,
  detail,
  command: kubectl(snapshot, lastWords(pod)),
});
