import type { FailureReason } from "../oci/errors";

/** The registry as it was found: everything that a diagnosis may know of it. Holds no credential. */
export interface RegistryFacts {
  /** As images name it: `oci.killinit.cc`. */
  host: string;
  /** Where it is reached by people: `https://oci.killinit.cc`. */
  url: string;
  /** How `/v2/` was answered, or why it was not. */
  reach: { status: number } | { reason: FailureReason; message: string };
  /** Whether the doctor's own account may read; undefined where it has none. */
  signedIn?: boolean;
  /** Names of all repositories, as far as the account sees them; undefined where they could not be listed. */
  repositories?: string[];
  /** What images in question are, by `repository` and reference. */
  images: ImageFacts[];
  /** Prefixes whose images Zot fetches from elsewhere, such as `docker.io`. */
  upstreamPrefixes?: string[];
  /** API keys of the account, as Zot lists them. */
  keys?: { label: string; expires?: string }[];
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
}

/** A container that a pod wants to run. */
export interface ContainerFacts {
  namespace: string;
  pod: string;
  container: string;
  image: string;
  /** As `os/architecture` of the pod's node; undefined while it has none. */
  platform?: string;
  /** The digest that runs; undefined where none does. */
  running?: string;
  pullPolicy: string;
  /** Why it waits or how it failed, in the kubelet's word: `ImagePullBackOff`, `CrashLoopBackOff`, `Error`. */
  waiting?: string;
  /** The kubelet's words about the pull: from the state or the newest event. */
  message?: string;
  /** Names of the pull secrets that the pod has, its service account's among them. */
  pullSecrets: string[];
  serviceAccount: string;
}

/** A Secret with registry credentials, and what they are worth; the credentials themselves are not here. */
export interface PullSecretFacts {
  namespace: string;
  name: string;
  /** What it has credentials for. */
  hosts: string[];
  /** The account for the registry's host. */
  username?: string;
  /** How the registry answers that account: 200 is good; undefined where nobody tried. */
  status?: number;
}

/** The cluster around a registry. */
export interface ClusterFacts {
  containers: ContainerFacts[];
  pullSecrets: PullSecretFacts[];
  /** The registry's own pod; undefined where there is none, or where it was not looked for. */
  registryPod?: {
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
  };
  /** Whether the registry's pod was looked for. */
  registryLookedFor: boolean;
  claim?: { name: string; phase: string; size: string };
  /** What the gateways say of the route; undefined where there is no route. */
  route?: { name: string; parents: { gateway: string; accepted: boolean; message: string }[] };
}

/** Everything a diagnosis is made of. */
export interface Snapshot {
  registry: RegistryFacts;
  /** Undefined where no cluster was named: what only it knows is then not told. */
  cluster?: ClusterFacts;
  /** What a push or a pull ended with, in the tool's own words. */
  errorText?: string;
  /** Milliseconds since 1970, when all this was seen. */
  now: number;
}
