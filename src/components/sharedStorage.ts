import type { StackConfig } from "../config/stack";
import { inSeconds } from "../zot/duration";
import { registryDefaults } from "../zot/chartValues";
import type { SharedStorage } from "../zot/sharedStorage";

/** What the pods of a stack's registry share; undefined where one has a claim. */
export function sharedStorageOf({
  cluster,
  registry,
}: Pick<StackConfig, "cluster" | "registry">): SharedStorage | undefined {
  const { storage, redis } = registry;
  if (storage.s3 === undefined || redis === undefined) return undefined;
  const { prefix = cluster.name, ...s3 } = storage.s3;
  const { addresses, keyPrefix = cluster.name } = redis;
  return { s3: { ...s3, prefix }, redis: { addresses, keyPrefix } };
}

/** Seconds that one of several pods goes on serving. */
export const drainSeconds = (drain: string = registryDefaults.drain) => inSeconds(drain);
