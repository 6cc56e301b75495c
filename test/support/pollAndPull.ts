import { setTimeout as sleep } from "node:timers/promises";
import { readPullSecrets } from "../../src/facts/pullSecret";
import { kubernetesReader } from "../../src/cluster/kubernetes";
import { RegistryClient, RegistryError, type Credentials } from "../../src/registry/client";

export interface PollTarget {
  context: string;
  /** The namespace whose pull secret the clients read before every request. */
  namespace: string;
  host: string;
  url: string;
  /** As `repository:tag`. */
  image: string;
}

export interface Polled<T> {
  result: T;
  /** How often each status was answered. */
  statuses: Record<string, number>;
  /** How often the Secret was away, or no use. */
  absent: number;
  /** From the first connection error to the last. */
  unreachableSeconds: number;
}

/** What `zot-pull-secret` holds in a namespace. */
export async function heldCredentials(
  context: string,
  namespace: string,
  host: string,
): Promise<Credentials> {
  const found = await look(context, namespace, host);
  if (found === undefined) throw new Error(`no pull secret in ${namespace}`);
  return found;
}

/** Clients that read the pull secret and pull with it, again and again, while `work` goes on. */
export async function pollAndPull<T>(
  target: PollTarget,
  clients: number,
  work: () => Promise<T>,
): Promise<Polled<T>> {
  const polled = { statuses: {} as Record<string, number>, absent: 0, errors: [] as number[] };
  const state = { over: false };
  const all = Array.from({ length: clients }, async () => {
    while (!state.over) {
      await poll(target, polled);
      await sleep(100);
    }
  });
  const result = await work();
  state.over = true;
  await Promise.all(all);
  const { errors, statuses, absent } = polled;
  const unreachableSeconds =
    errors.length === 0 ? 0 : (Math.max(...errors) - Math.min(...errors)) / 1000;
  return { result, statuses, absent, unreachableSeconds };
}

async function poll(
  { context, namespace, host, url, image }: PollTarget,
  polled: { statuses: Record<string, number>; absent: number; errors: number[] },
): Promise<void> {
  const credentials = await look(context, namespace, host);
  if (credentials === undefined) {
    polled.absent++;
    return;
  }
  const client = new RegistryClient({ url, credentials, retries: 0 });
  const [repository = "", tag = ""] = image.split(":");
  try {
    const { status } = await client.request({
      method: "GET",
      path: `/v2/${repository}/manifests/${tag}`,
    });
    polled.statuses[status] = (polled.statuses[status] ?? 0) + 1;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    polled.errors.push(Date.now());
  } finally {
    await client.close();
  }
}

async function look(
  context: string,
  namespace: string,
  host: string,
): Promise<Credentials | undefined> {
  const pullSecret = { name: "zot-pull-secret", username: "", namespaces: [namespace] };
  const expected = { context, namespace, host, pod: "", claim: "", pullSecret, workloads: [] };
  const [found] = await readPullSecrets(expected, await readerOf(context));
  return found !== undefined && "credentials" in found ? found.credentials : undefined;
}

const readers = new Map<string, ReturnType<typeof kubernetesReader>>();

function readerOf(context: string): ReturnType<typeof kubernetesReader> {
  const known = readers.get(context) ?? kubernetesReader(context);
  readers.set(context, known);
  return known;
}
