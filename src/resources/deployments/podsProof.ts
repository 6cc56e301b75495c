import { setTimeout as sleep } from "node:timers/promises";
import { isKnown, type ExpectedAccount, type KnownAccount } from "../../checks/expectations";
import { KubernetesError, kubernetesReader } from "../../cluster/kubernetes";
import { withPodForward } from "../../cluster/portForward";
import { readApi } from "../../facts/reach";
import { readRegistryPods, serves, type RegistryPod } from "../../facts/registryObjects";
import { RegistryClient, RegistryError, type Credentials } from "../../registry/client";
import { progress } from "../progress";
import type { RegistryPods } from "../proof";

/** What the proof works with; tests give their own. */
export interface PodsProofTools {
  /** The registry's pods, those that end among them. @throws KubernetesError */
  pods: () => Promise<RegistryPod[]>;
  /** How a pod answers an account; 200 is good. @throws RegistryError, KubernetesError */
  ask: (pod: string, account: Credentials) => Promise<number>;
  /** Milliseconds that only go on. */
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

export async function podsProofTools({
  context,
  namespace,
  port,
}: RegistryPods): Promise<PodsProofTools> {
  const reader = await kubernetesReader(context);
  return {
    pods: () => readRegistryPods(reader, namespace, {}),
    ask: (pod, { username, password }) =>
      withPodForward({ context, namespace, pod, port }, async (url) => {
        const credentials = { username, password };
        await using client = new RegistryClient({
          url,
          credentials,
          retries: 0,
          timeoutMs: 15_000,
        });
        return (await readApi(client)).status;
      }),
    now: () => performance.now(),
    sleep: (milliseconds) => sleep(milliseconds),
  };
}

/** Milliseconds between two looks. */
const pause = 2_000;

/** How long a pod that serves may refuse: the kubelet renews a mounted Secret every 60 to 90 seconds. */
const servingMs = 90_000;

/** How long one that starts or ends may: an old pod answers until its last download has ended. */
const passingMs = 300_000;

/**
 * Waits until each pod takes every account or is gone. A client that was handed a password is answered by whichever pod the Service
 * chooses, and an old one, which does not know it, by connections that were opened before it was told to end.
 *
 * @throws Error that names the pod and the account, or the right that is missing
 */
export async function everyPodAccepts(
  accounts: readonly ExpectedAccount[],
  namespace: string,
  tools: PodsProofTools,
): Promise<void> {
  const known = accounts.filter(isKnown);
  const proved = new Set<string>();
  const begun = new Map<string, number>();
  for (;;) {
    const pods = await allowed("list on pods", namespace, tools.pods);
    const waiting = await Promise.all(
      pods
        .filter(({ name }) => !proved.has(name))
        .map(async (pod) => ({ pod, problem: await problemOf(pod, known, namespace, tools) })),
    );
    for (const { pod, problem } of waiting) if (problem === undefined) proved.add(pod.name);
    const left = waiting.flatMap(({ pod, problem }) =>
      problem === undefined
        ? []
        : [{ ...pod, problem, patience: serves(pod) ? servingMs : passingMs }],
    );
    if (pods.length > 0 && left.length === 0) return;
    for (const { name, problem, patience } of pods.length > 0 ? left : [noPod(namespace)]) {
      const since = begun.get(name) ?? tools.now();
      if (tools.now() - since > patience) throw refusal(name, namespace, problem, patience);
      if (!begun.has(name)) progress.say(`${named(name, namespace)}: ${problem}; it is waited for`);
      begun.set(name, since);
    }
    await tools.sleep(pause);
  }
}

const noPod = (namespace: string) => ({
  name: "",
  problem: `there is none with the registry's labels in ${namespace}`,
  patience: servingMs,
});

/** Why a pod is not as it should be; undefined where it takes every account. */
async function problemOf(
  { name, ready, terminating }: RegistryPod,
  accounts: readonly KnownAccount[],
  namespace: string,
  { ask }: PodsProofTools,
): Promise<string | undefined> {
  const state = terminating ? "it ends, and " : ready ? "" : "it is not ready, and ";
  try {
    for (const account of accounts) {
      const status = await allowed("create on pods/portforward", namespace, () =>
        ask(name, account),
      );
      if (status !== 200) return `${state}it answers ${status} to the account ${account.username}`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof RegistryError || error instanceof KubernetesError)
      return `${state}it cannot be asked: ${error.message}`;
    throw error;
  }
}

/** What the cluster gives. @throws Error that names the right where the cluster refuses: no patience gives it */
async function allowed<T>(right: string, namespace: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof KubernetesError && (error.status === 401 || error.status === 403))
      throw new Error(
        `${error.message}: every pod of the registry has to be asked whether it takes the accounts, and whoever deploys needs the ` +
          `right to ${right} in ${namespace} (docs/security.md)`,
      );
    throw error;
  }
}

const named = (pod: string, namespace: string) =>
  pod === "" ? "the registry's pods" : `the pod ${namespace}/${pod}`;

function refusal(pod: string, namespace: string, problem: string, patience: number): Error {
  return new Error(
    `${named(pod, namespace)}: ${problem}, for ${Math.round(patience / 1000)} s by now. Nothing was handed to clients that it does not know.\n` +
      "  Does it mount the Secret zot-secret as it is now? Where its node is gone, delete it with --force. Then run pulumi up again.",
  );
}
