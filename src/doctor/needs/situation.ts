import type { StackConfig } from "../../config/stack";
import type { Right } from "../../facts/accessReviews";
import type { ApiServerReach } from "../../facts/apiServer";
import type { ChartSource } from "../../facts/chartSource";
import type { Listed, StorageClass } from "../../facts/clusterOffer";
import type { HelmRelease } from "../../facts/helmRelease";
import type { NamedGateway } from "../../facts/offeredGateway";
import type { StackThere } from "../../facts/pulumi";
import type { Tool } from "../../facts/toolVersion";
import type { Caller } from "../snapshot";

/** What was seen, or why nobody could look. */
export type Seen<T> = { found: T } | { unseen: string };

/** The keys of a stack file that say what a deployment needs; none of them is a secret. */
export type Declared = Pick<
  StackConfig,
  | "cluster"
  | "registry"
  | "chart"
  | "seeds"
  | "sources"
  | "pullSecrets"
  | "endpoint"
  | "monitoring"
  | "apiKeys"
>;

/** The stack file as far as it could be read. */
export interface StackFileFacts {
  /** Absent where what is read here says what cannot be. */
  declared?: Declared;
  /** Everything that is wrong with it. */
  problem?: string;
  /** Why its other keys, the encrypted ones among them, were not read; absent where they were. */
  unread?: string;
}

/** What Pulumi's command tells. */
export interface PulumiFacts {
  tool: Tool;
  backend: { user: string; url: string } | { problem: string };
  stack: StackThere;
  /** Why the stack's secrets can be neither encrypted nor read; undefined where they can. */
  secretsProblem: Seen<string | undefined>;
  /** Whether it finds what runs programs on Node. */
  runsNode: boolean;
  /** Resource plugins that it keeps, with their versions. */
  plugins: ReadonlyMap<string, readonly string[]>;
}

/** A plugin that the program asks for. */
export interface WantedPlugin {
  name: string;
  /** Of the package that is installed; absent where none is. */
  version?: string;
  /** One on PATH is taken whatever its version. */
  onPath: boolean;
}

/** A certificate that a listener serves, or why nobody could look. */
export interface ListenerCertificate {
  gateway: string;
  listener: string;
  certificate: Seen<{ covers: boolean; names: string; expired: boolean } | undefined>;
}

/** How somebody at the host name shakes hands, as far as it could be tried. */
export type HandshakeFacts = { problem: string } | "trusted";

/** What was seen of the cluster. */
export interface ClusterSight {
  /** Rights that the account does not have. */
  lacking: Seen<{ preview: readonly Right[]; up: readonly Right[] }>;
  storageClasses: Listed<StorageClass>;
  /** The newest revision of the Helm release that a deployment makes; undefined where there is none. */
  release: Seen<HelmRelease | undefined>;
  /** Each Gateway of the stack file, by its index there. */
  gateways: readonly Seen<NamedGateway | undefined>[];
  certificates: readonly ListenerCertificate[];
}

/** All that is known before a stack's first deployment. Holds no credential. */
export interface Situation {
  caller: Caller & { stack: string };
  /** The folder with Pulumi.yaml, as people name it. */
  stackFile: string;
  node: { version: string; wanted: string };
  /** What `package.json` wants of Pulumi's packages. */
  wantedPulumi: string;
  /** Absent where Pulumi's command is not on PATH. */
  pulumi?: PulumiFacts;
  /** Whether Pulumi may download plugins by itself. */
  downloadsPlugins: boolean;
  plugins: readonly WantedPlugin[];
  skopeo?: Tool;
  kubectl?: Tool;
  config: StackFileFacts;
  /** What the locks lack of the seeds, and archives that are not there. */
  seeds: Seen<{ unlocked: readonly string[]; absent: readonly string[] }>;
  chart: Seen<ChartSource>;
  api: Seen<ApiServerReach>;
  cluster: Seen<ClusterSight>;
  /** The addresses of the registry's host name. */
  host: Seen<{ addresses: string[] } | { problem: string }>;
  handshake: Seen<HandshakeFacts>;
}
