import type { CheckResult } from "../../checks/check";
import type { Counts } from "../../checks/outcomes";

/**
 * How a stack stands. fine: it was looked at and nothing is wrong. problems: it was looked at and something is. unreachable:
 * its registry gives no answer, or none that counts since its storage is away. unknown: nobody knows what to look at. not
 * deployed: it has a file and no state.
 */
export type Verdict = "fine" | "problems" | "unreachable" | "unknown" | "not deployed";

/** An account's password, and since when it is that one. */
export interface CredentialAge {
  account: string;
  /** RFC 3339, by the state. */
  since?: string;
}

/** An API key, as far as it ends. */
export interface KeyAge {
  name: string;
  /** RFC 3339; absent for a key that never ends. */
  expires?: string;
  /** Whole days from now; 0 or less for a key that expired. */
  daysLeft?: number;
  state: "fine" | "ends soon" | "expired" | "never ends";
}

/** What the images take, and of how much. What is absent is not known; `unknown` says why. */
export interface StorageUse {
  /** The claim's size in the stack file. */
  declared?: string;
  /** The claim's size in the cluster. */
  capacity?: string;
  usedBytes?: number;
  /** Who told `usedBytes`: the kubelet, of the volume; or Zot's metrics, the sum of its repositories. */
  toldBy?: "kubelet" | "zot";
  unknown?: string;
}

/** What the stack file or the lock says and the last deployment did not do yet. */
export interface Pending {
  /** `rotation`, `version`, or a repository. */
  what: string;
  deployed: string;
  declared: string;
}

/** One tag in one registry. */
export interface ImageCell {
  /**
   * held: it is what was seeded. moved: it names something else. absent: there is no such tag. unknown: nobody could look.
   * not deployed: the stack file has it, and no deployment had it yet.
   */
  state: "held" | "moved" | "absent" | "unknown" | "not deployed";
  /** What the registry has under the tag. */
  digest?: string;
  /** What was seeded under it. */
  seeded?: string;
  /** The lock has another image than the last deployment. */
  behindLock?: true;
}

/** One registry, as it stands now. */
export interface StackStatus {
  stack: string;
  verdict: Verdict;
  /** Why it is unreachable or unknown. */
  reason?: string;
  /** Where clients reach it. */
  registry?: string;
  /** When something of it was last changed by a deployment, RFC 3339. */
  deployedAt?: string;
  /** Of Zot: in the stack file, at the last deployment, and as the registry tells. */
  version: { declared?: string; deployed?: string; running?: string };
  /** Of the verification, run now; absent where it was not run. */
  checks?: Counts;
  /** What failed, and what will not hold for long; without credentials. */
  findings: CheckResult[];
  storage: StorageUse;
  credentials: CredentialAge[];
  keys: KeyAge[];
  rotation: { declared?: number; begun?: number; handedOut?: number; interrupted: boolean };
  pending: Pending[];
  /** What is wrong besides the findings, a line each. */
  problems: string[];
  /** Seconds that the look took. */
  seconds: number;
}

/** One tag in all registries that should have it. */
export interface ImageRow {
  /** `repository:tag` */
  image: string;
  /** Whether clusters hold different images under it. */
  skew: boolean;
  /** By stack; a stack that does not seed it is not here. */
  stacks: Record<string, ImageCell>;
}

/** The fleet at a glance. `-o json` writes this, as it is, under `version` 1: fields may come, none goes or changes its meaning. */
export interface FleetStatus {
  /** RFC 3339. */
  lookedAt: string;
  stacks: StackStatus[];
  images: ImageRow[];
}
