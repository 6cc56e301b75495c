import { setTimeout as sleep } from "node:timers/promises";
import {
  clusterVersion,
  kubeConfigOf,
  KubernetesError,
  type KubernetesVersion,
} from "../cluster/kubernetes";

/** Whether a context leads to an API server that answers, and why not. */
export interface ApiServerReach {
  /** Absent where the kubeconfig has no such context. */
  version?: KubernetesVersion;
  /** Why the kubeconfig does not name the context. */
  noContext?: string;
  /** Why nobody answers whom this account may ask. */
  problem?: string;
}

/** Nobody who waits for a list of what is missing waits longer. */
const patienceMs = 10_000;

/** Asks the API server behind a context for its version, which needs an account and no right. */
export async function readApiServer(context: string): Promise<ApiServerReach> {
  try {
    await kubeConfigOf(context);
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return { noContext: error.message };
  }
  const waiting = new AbortController();
  const late = async () => {
    await sleep(patienceMs, undefined, { signal: waiting.signal });
    throw new KubernetesError(`the API server did not answer within ${patienceMs / 1000} s`);
  };
  try {
    return { version: await Promise.race([clusterVersion(context), late()]) };
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return { problem: error.message };
  } finally {
    waiting.abort();
  }
}
