import type { ApiClient } from "../standIn/client";

/** What histories happen to: a cluster, real or not, with one address at which clients reach the registry. */
export interface SomeCluster {
  readonly context: string;
  /** Reads and writes what people do by hand. */
  readonly client: ApiClient;
  /** The clients' way to the registry, which can be closed. */
  readonly pod: { readonly url: string; open: () => Promise<void>; shut: () => Promise<void> };
  /** The name that a namespace has here: a cluster of somebody's may have the short one. */
  namespaceOf: (name: string) => string;
  /** `chart` of a stack file. */
  chart: (version: string) => Record<string, unknown>;
  /** What is to stand in the environment of the engine, and of what reads the cluster. */
  environment: () => Record<string, string>;
  /** Stand-ins for Pulumi's plugins, by name: Node's arguments. */
  readonly plugins: Readonly<Record<string, readonly string[]>>;
  /** What is changed in a copy of the program, so that nobody waits for a quarter of an hour: by path, a text and the one in its place. */
  readonly replaced: readonly (readonly [path: string, text: string, by: string])[];
  open: () => Promise<void>;
  close: () => Promise<void>;
  /** Waits until the controllers have done what there was to do. */
  settled: () => Promise<void>;
  /** Empties the volume of the registry's claim, as a person would. */
  emptyClaim: (namespace: string) => Promise<void>;
}
