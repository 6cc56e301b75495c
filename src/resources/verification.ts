import type { CheckResult } from "../checks/check";
import type { StoredAccount } from "../checks/expectations";
import type { Verified } from "../checks/runVerification";
import { generationOf } from "../zot/generations";
import { always, clusterUid, define, plain, secret, unread } from "./define";
import type * as deployed from "./deployments/verification";

/** What is verified, as the engine keeps it. */
export interface VerificationInputs extends Omit<Verified, "accounts"> {
  accounts: StoredAccount[];
  /** The UID of the cluster's `kube-system`: in another cluster everything is looked at again. Absent where none was known. */
  clusterUid?: string;
}

export interface VerificationOutputs extends VerificationInputs {
  results: CheckResult[];
  /** Why a refresh could not look at the registry. */
  unseen?: string;
  /** The generation of the machine accounts that clients hold, where this verification failed. */
  held?: number;
}

/** Looks at the registry whenever what was asked of it changes, and fails the deployment when a check fails. */
export const verification = define<
  VerificationInputs,
  VerificationOutputs,
  never,
  "unseen" | "held"
>({
  name: "verification",
  inputs: {
    endpoint: plain,
    cluster: plain,
    clusterUid,
    accounts: secret,
    images: plain,
    registry: plain,
    limits: plain,
    access: plain,
    apiKeys: secret,
    oidc: secret,
    upstreams: secret,
  },
  outputs: {
    results: always,
    unseen: { ...unread, trouble: true },
    held: unread,
  },
  again: hasFailed,
  load: () => (require("./deployments/verification") as typeof deployed).verificationDeployment,
});

/** The engine tries a resource again that failed, but forgets with a refresh that it did. */
function hasFailed({ results }: Partial<VerificationOutputs>): boolean {
  return results?.some(({ status }) => status === "failed") ?? false;
}

/** What a verification leaves in the state, as far as it tells which generation of the machine accounts it proved. */
export interface ProvedGeneration {
  cluster?: { pullSecret: { username: string } } | undefined;
  /** Absent while it is not known. */
  results?: readonly Pick<CheckResult, "status">[] | undefined;
  /** What an earlier verification proved; written by one that failed. */
  held?: number | undefined;
}

/**
 * The generation of the machine accounts that clients hold: the newest of the last verification that ended well. Pull
 * secrets and API keys of a deployment that failed late may be of another one, which its next `up` replaces.
 *
 * @returns undefined where no verification has ended well
 */
export function heldGeneration({ cluster, results, held }: ProvedGeneration): number | undefined {
  const proved = results?.every(({ status }) => status !== "failed") ?? false;
  return proved && cluster !== undefined ? generationOf(cluster.pullSecret.username) : held;
}
