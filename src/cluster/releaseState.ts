/** A release, by its names. */
export interface ReleaseName {
  namespace: string;
  name: string;
}

/** An operation of Helm's that did not come to its end, or that is running. */
export interface Unfinished {
  revision: number;
  /** `pending-upgrade`, `uninstalling`, `failed`. */
  status: string;
  /** By the API server's clock, RFC 3339. */
  begun: string;
  writer?: string;
  chart: string;
  /** Whether it is one that this program, or the provider for it, began; another one is somebody's who has to be asked. */
  ours: boolean;
}

/** A pod that does not come up by waiting. */
export interface StuckPod {
  name: string;
  uid: string;
  /** In the kubelet's word: `CrashLoopBackOff`. */
  why: string;
  /** Whether it runs what its StatefulSet wanted before: it waits for this very pod to be ready before it makes the next one. */
  outdated: boolean;
}

/** A Helm release as it was found in its cluster. */
export interface ReleaseState extends ReleaseName {
  /** The newest revision; undefined where Helm has none. */
  newest?: { revision: number; begun: string; chart: string; writer?: string; ours: boolean };
  unfinished?: Unfinished;
  /** Objects of the deployed revision that are gone: `StatefulSet zot`. */
  missing: string[];
  stuck?: StuckPod;
}

/** Whether Helm lets nobody else begin (helm.sh/helm/v3, pkg/release/status.go, IsPending), or was stopped while it removed. */
export const isRunning = (status: string) =>
  status.startsWith("pending-") || status === "uninstalling";
