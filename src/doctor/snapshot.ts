import type { Unfinished } from "../cluster/releaseState";
import type { ContainerFacts } from "../facts/containers";
import type { Reach } from "../facts/reach";
import type { ExpectedReplicas } from "../checks/expectations";
import type { Claim, Replicas } from "../facts/registryObjects";
import type { GatewayAnswer } from "../facts/route";
import type { RegistryKey } from "../keys/registryKeys";

/** The registry as it was found: everything that a diagnosis may know of it. Holds no credential. */
export interface RegistryFacts {
  /** As images name it: `oci.killinit.cc`. */
  host: string;
  /** More names that lead to it. Absent where there are none. */
  aliases?: readonly string[];
  /** Where it is reached by people: `https://oci.killinit.cc`. */
  url: string;
  /** How `/v2/` was answered, or why it was not. */
  reach: Reach;
  /** Why nothing is known of what it holds, in words: its storage does not answer. Absent where it does, and where nobody can tell. */
  storageAway?: string;
  /** Why a part of what it holds could not be looked at, in the words of each request that failed. Absent where all of it was. */
  unread?: string[];
  /** Repositories in question that it lists and cannot read: of Zot alone, which says of each that there is none. Absent where there is none. */
  torn?: string[];
  /** The doctor's own account; undefined where it has none. */
  account?: string;
  /** Whether that account may read; undefined where there is none. */
  signedIn?: boolean;
  /** Names of all repositories, as far as the account sees them; undefined where they could not be listed. */
  repositories?: string[];
  /** What images in question are, by `repository` and reference. */
  images: ImageFacts[];
  /** Prefixes whose images Zot fetches from elsewhere, such as `docker.io`. */
  upstreamPrefixes?: string[];
  /** By its config, a blob that repositories share is kept once in the bucket. */
  dedupesBucket?: true;
  /** API keys of the account, as Zot lists them. */
  keys?: Pick<RegistryKey, "label" | "expiresAt">[];
}

/** One image that somebody asks for. */
export interface ImageFacts {
  repository: string;
  /** A tag or a digest. */
  reference: string;
  /** What the registry has under it; undefined where it has nothing. */
  digest?: string;
  /** Digests of an index's children. */
  children: string[];
  /** As `os/architecture[/variant]`; none where nothing is there. */
  platforms: string[];
  /** All tags of the repository; undefined where there is no such repository. */
  tags?: string[];
  /** Whether it is one that the stack seeds, as it was last deployed. */
  seeded?: true;
}

/** A Secret with registry credentials, and what they are worth; the credentials themselves are not here. */
export interface PullSecretFacts {
  namespace: string;
  name: string;
  /** What it has credentials for. */
  hosts: string[];
  /** The account for the registry's host. */
  username?: string;
  /** Whether its password is an API key of Zot's. */
  key?: true;
  /** How the registry answers that account: 200 is good; undefined where nobody tried. */
  status?: number;
}

/** A pod of the registry. */
export interface RegistryPodFacts {
  name: string;
  namespace: string;
  ready: boolean;
  phase: string;
  /** Seconds since it was made. */
  age: number;
  restarts: number;
  /** Why its container waits or ended last: `CrashLoopBackOff`, `OOMKilled`. */
  reason?: string;
  /** The end of its log. */
  log: string;
}

/** The cluster around a registry. */
export interface ClusterFacts {
  /** The kubeconfig context that leads to it. */
  context: string;
  containers: ContainerFacts[];
  pullSecrets: PullSecretFacts[];
  /** The registry's own pods; those that end are left out where others are there. Absent where they were not looked for. */
  registryPods?: RegistryPodFacts[];
  /** Where the registry's own objects were looked for; undefined where nobody knew. */
  registryPlace?: {
    namespace: string;
    /** How many pods its StatefulSet or its Deployment wants; undefined where there is neither. */
    replicas?: Replicas;
    /** How many pods over which bucket are declared; absent where it is one with a claim. */
    declared?: Pick<ExpectedReplicas, "count" | "bucket">;
    /** The namespaces whose pull secret the stack makes, and how that is named. */
    pullSecret: { name: string; namespaces: string[] };
  };
  claim?: Claim;
  /** Helm's last operation on the registry's release, where it did not end as it should. */
  unfinished?: Unfinished;
  /** Why Helm's operations could not be looked at; undefined where they were. */
  helmUnseen?: string;
  /** What the gateways say of the route; undefined where there is no route. */
  route?: { name: string; parents: GatewayAnswer[] };
}

/** How this program was called. */
export interface Caller {
  /** `zot-fleet`, or what runs it in a clone. */
  program: string;
  /** The flags that name the registry: `--stack ottawa`. */
  flags: string;
  /** The stack, where one was named. */
  stack?: string;
  /** The folder of `npm run local`, where its registry was named: a process of this machine, with no cluster around it. */
  localFolder?: string;
}

/** Everything a diagnosis is made of. */
export interface Snapshot {
  registry: RegistryFacts;
  /** Undefined where no cluster was named: what only it knows is then not told. */
  cluster?: ClusterFacts;
  /** How whoever asked calls this program, so that commands can be run as they are printed. */
  caller: Caller;
  /** What a push or a pull ended with, in the tool's own words. */
  errorText?: string;
  /** Milliseconds since 1970, when all this was seen. */
  now: number;
}
