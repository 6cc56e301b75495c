import semver from "semver";
import { z } from "zod";
import { defaultZotVersion } from "../zot/versions";
import { defaultChartVersion } from "../zot/chartVersions";
import type { Problem } from "./problem";
import { time } from "./rules";
import { upstreamsSchema } from "./upstreams";
import { found, pathText } from "./words";

/** The oldest chart with a PodDisruptionBudget, and the oldest Zot that was tried over a bucket. */
const oldest = { chart: "0.1.122", zot: "2.1.18" } as const;

/** How long a pod goes on serving when it was told to end. */
export const drainSchema = time('whole seconds from 1s to 10m, such as "15s"', {
  from: "1s",
  to: "10m",
  whole: "1s",
})
  .optional()
  .describe(
    "How long one of several pods goes on serving after it was told to end: gateways send to it until they have heard, and downloads under way go on as long. Default: 15s.",
  );

const loose = z.looseObject({});
type Raw = Readonly<Record<string, unknown>>;

const objectAt = (value: unknown): Raw => loose.safeParse(value).data ?? {};

/** What does not go together of a claim, a bucket, Redis and the number of pods; looks at raw values. */
export function sharedStorageProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const registry = objectAt(raw["registry"]);
  const storage = objectAt(registry["storage"]);
  const several = typeof registry["replicas"] === "number" && registry["replicas"] > 1;
  return [
    ...(storage["s3"] === undefined
      ? withoutBucket(raw, registry, several)
      : [...besideBucket(registry, storage), ...tooOld(raw)]),
    ...(several ? withSeveral(raw, registry) : withOne(registry)),
  ];
}

const bucket = pathText(["registry", "storage", "s3"]);
const redis = pathText(["registry", "redis"]);
const replicas = pathText(["registry", "replicas"]);
const onePusher = pathText(["registry", "onePusherPerRepository"]);

function withoutBucket(raw: Raw, registry: Raw, several: boolean): Problem[] {
  const spare: [path: string[], value: unknown][] = [
    [["registry", "redis"], registry["redis"]],
    [["s3Credentials"], raw["s3Credentials"]],
    [["redisPassword"], raw["redisPassword"]],
  ];
  return [
    ...(several
      ? [
          {
            path: replicas,
            found: `${found(registry["replicas"])}, and no ${bucket}`,
            allowed: "1: a claim is one pod's, and two would corrupt it",
            hint: `several pods need ${bucket}, ${redis} and ${onePusher}`,
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
            hint: "a pod keeps nothing: without Redis its metadata and API keys go with it",
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

/**
 * Each pod rewrites a repository's index under a lock of its own process (pkg/storage/imagestore/imagestore.go at 2.1.18;
 * project-zot/zot#4337 is to change it): what two write at once into one repository, one of them loses. Sweeps write it, too.
 */
function withSeveral(raw: Raw, registry: Raw): Problem[] {
  const count = found(registry["replicas"]);
  const { data: upstreams = [] } = upstreamsSchema.safeParse(raw["upstreams"] ?? []);
  const sweeps = [
    ...(raw["retention"] === undefined ? [] : [["retention"]]),
    ...upstreams.flatMap(({ retention }, index) =>
      retention === undefined ? [] : [["upstreams", index, "retention"]],
    ),
  ];
  return [
    ...(registry["onePusherPerRepository"] === true
      ? []
      : [
          {
            path: replicas,
            found: `${count}, and no ${onePusher}`,
            allowed: `1, or several with ${onePusher}: true`,
            hint: "Zot loses tags, whose push it answered with 201, where several pods take pushes into one repository at the same time (project-zot/zot#4337): docs/replicas.md",
          },
        ]),
    ...sweeps.map((path) => ({
      path: pathText(path),
      found: `a value, beside ${replicas}: ${String(registry["replicas"])}`,
      allowed:
        "nothing with several pods: each would delete by itself, and take what is pushed meanwhile",
    })),
  ];
}

function withOne(registry: Raw): Problem[] {
  const { drain, onePusherPerRepository } = registry;
  return [
    ...(drain === undefined ? [] : [["drain"]]),
    ...(onePusherPerRepository === true ? [["onePusherPerRepository"]] : []),
  ].map(([key = ""]) => ({
    path: pathText(["registry", key]),
    found: "a value, and one pod",
    allowed: `nothing with ${replicas} of 1`,
  }));
}

function tooOld(raw: Raw): Problem[] {
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
