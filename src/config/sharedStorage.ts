import semver from "semver";
import { z } from "zod";
import { durationMilliseconds, isDuration } from "../zot/duration";
import { defaultZotVersion } from "../zot/versions";
import { defaultChartVersion } from "../zot/chartVersions";
import type { Problem } from "./problem";
import { textThat } from "./rules";
import { found, pathText } from "./words";

/** The oldest chart with a PodDisruptionBudget, and the oldest Zot that was tried over a bucket. */
const oldest = { chart: "0.1.122", zot: "2.1.18" } as const;

/** How long a pod goes on serving when it was told to end. */
export const drainSchema = textThat(
  'whole seconds from 1s to 10m, such as "15s"',
  (text) =>
    isDuration(text) &&
    durationMilliseconds(text) % 1000 === 0 &&
    durationMilliseconds(text) >= 1000 &&
    durationMilliseconds(text) <= 600_000,
)
  .optional()
  .describe(
    "How long a pod over a bucket goes on serving after it was told to end: gateways send to it until they have heard, and downloads under way go on as long. Needs storage.s3, and Kubernetes 1.30. Default: 15s.",
  );

const loose = z.looseObject({});
type Raw = Record<string, unknown>;

const objectAt = (value: unknown): Raw => loose.safeParse(value).data ?? {};

/**
 * What does not go together of a claim, a bucket, Redis and the number of pods; looks at raw values. Two pods on one volume would
 * corrupt it; over a bucket without Redis' locks they lose tags of each other.
 */
export function sharedStorageProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const registry = objectAt(raw["registry"]);
  const storage = objectAt(registry["storage"]);
  return storage["s3"] === undefined
    ? withoutBucket(raw, registry)
    : [...besideBucket(registry, storage), ...tooOld(raw)];
}

const bucket = pathText(["registry", "storage", "s3"]);
const redis = pathText(["registry", "redis"]);

function withoutBucket(raw: Readonly<Record<string, unknown>>, registry: Raw): Problem[] {
  const { replicas } = registry;
  const spare: [path: string[], value: unknown][] = [
    [["registry", "redis"], registry["redis"]],
    [["registry", "drain"], registry["drain"]],
    [["s3Credentials"], raw["s3Credentials"]],
    [["redisPassword"], raw["redisPassword"]],
  ];
  return [
    ...(typeof replicas === "number" && replicas > 1
      ? [
          {
            path: pathText(["registry", "replicas"]),
            found: `${found(replicas)}, and no ${bucket}`,
            allowed: "1: a claim is one pod's, and two would corrupt it",
            hint: `several pods need ${bucket} and ${redis}`,
          },
        ]
      : []),
    ...spare
      .filter(([, value]) => value !== undefined)
      .map(([path]) => ({
        path: pathText(path),
        found: `a value, and no ${bucket}`,
        allowed: `nothing without ${bucket}`,
      })),
  ];
}

function besideBucket(registry: Raw, storage: Raw): Problem[] {
  const beside = ["size", "class", "template"].filter((key) => storage[key] !== undefined);
  return [
    ...beside.map((key) => ({
      path: pathText(["registry", "storage", key]),
      found: `a claim's ${key}, beside ${bucket}`,
      allowed: "nothing: images lie in the bucket or on a claim",
    })),
    ...(registry["redis"] === undefined
      ? [
          {
            path: redis,
            found: `nothing, beside ${bucket}`,
            allowed: "an object with addresses",
            hint: "while one pod takes over from another both write: without Redis' locks they lose tags of each other, and API keys go with each pod",
          },
        ]
      : []),
    ...(registry["adopt"] === true
      ? [
          {
            path: pathText(["registry", "adopt"]),
            found: `true, beside ${bucket}`,
            allowed: "false: take it over with its claim, and move its images to the bucket then",
          },
        ]
      : []),
  ];
}

function tooOld(raw: Readonly<Record<string, unknown>>): Problem[] {
  const used = {
    chart: objectAt(raw["chart"])["version"] ?? defaultChartVersion,
    zot: objectAt(raw["zot"])["version"] ?? defaultZotVersion,
  };
  const why = {
    chart: "older charts have no PodDisruptionBudget",
    zot: "it is the oldest that was tried over a bucket",
  };
  return (["chart", "zot"] as const).flatMap((key) => {
    const version = used[key];
    if (typeof version !== "string" || semver.valid(version) === null) return [];
    return semver.gte(version, oldest[key])
      ? []
      : [
          {
            path: pathText([key, "version"]),
            found: `${found(version)}, beside ${bucket}`,
            allowed: `${oldest[key]} or newer: ${why[key]}`,
          },
        ];
  });
}
