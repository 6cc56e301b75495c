import assert from "node:assert/strict";
import { sharedStorageProblems } from "../../src/config/sharedStorage";
import { parseStackConfig } from "../../src/config/stack";
import { areTold, haveLimits, problemsOf, type Told } from "./told";
import { right } from "./wrongStacks";

const s3 = { bucket: "images", region: "eu-central-1" };
const redis = { addresses: ["redis.storage:6379"] };
const shared = { replicas: 3, storage: { s3 }, redis, onePusherPerRepository: true };
const one = { ...shared, replicas: 1, onePusherPerRepository: false };
const registry = (change: object) => ({ registry: { ...shared, ...change } });
const access = { accessKeyId: "canary", secretAccessKey: "canary" };

const bucket = "zot-fleet:registry.storage.s3";
const hidden = "a secret value, which is not shown";
const spare = `nothing without ${bucket}`;
const sweeps =
  "nothing with several pods: each would delete by itself, and take what is pushed meanwhile";
const onClaim = "nothing: images lie in the bucket or on a claim";
const withOnePod = "nothing with zot-fleet:registry.replicas of 1";

describe("a stack file whose images lie in a bucket", () => {
  areTold([
    [
      "several pods on a claim",
      { registry: { replicas: 2, onePusherPerRepository: true } },
      "registry.replicas",
      `the number 2, and no ${bucket}`,
      "1: a claim is one pod's, and two would corrupt it",
      `several pods need ${bucket}, zot-fleet:registry.redis and zot-fleet:registry.onePusherPerRepository`,
    ],
    [
      "several pods that many push to",
      registry({ onePusherPerRepository: false }),
      "registry.replicas",
      "the number 3, and no zot-fleet:registry.onePusherPerRepository",
      "1, or several with zot-fleet:registry.onePusherPerRepository: true",
      "Zot loses tags, whose push it answered with 201, where several pods take pushes into one repository at the same time (project-zot/zot#4337): docs/replicas.md",
    ],
    [
      "a promise about pushes that one pod does not need",
      registry({ replicas: 1 }),
      "registry.onePusherPerRepository",
      "a value, and one pod",
      withOnePod,
    ],
    [
      "several pods that delete by rules, each by itself",
      {
        ...registry({}),
        retention: { rules: [{ repositories: "ci/**", keep: [{ pushedWithin: "30d" }] }] },
      },
      "retention",
      "a value, beside zot-fleet:registry.replicas: 3",
      sweeps,
    ],
    [
      "several pods that empty a cache, each by itself",
      {
        ...registry({ replicas: 2 }),
        upstreams: ["quay.io", { name: "docker.io", retention: { pulledWithin: "90d" } }],
      },
      "upstreams[1].retention",
      "a value, beside zot-fleet:registry.replicas: 2",
      sweeps,
    ],
    [
      "a bucket without Redis",
      registry({ redis: undefined }),
      "registry.redis",
      `nothing, beside ${bucket}`,
      "an object with addresses",
      "a pod keeps nothing: without Redis its metadata and API keys go with it",
    ],
    [
      "Redis without a bucket",
      { registry: { redis } },
      "registry.redis",
      `a value, and no ${bucket}`,
      spare,
    ],
    ["a key of no bucket", { s3Credentials: access }, "s3Credentials", hidden, spare],
    ["a password of no Redis", { redisPassword: "canary" }, "redisPassword", hidden, spare],
    ...(
      [
        ["size", "30Gi"],
        ["class", "fast"],
        ["template", { size: "8Gi" }],
      ] as const
    ).map(([key, value]): Told => [
      `a claim's ${key} beside a bucket`,
      registry({ storage: { s3, [key]: value } }),
      `registry.storage.${key}`,
      `a claim's ${key}, beside ${bucket}`,
      onClaim,
    ]),
    [
      "a release that is taken over into a bucket",
      registry({ adopt: true }),
      "registry.adopt",
      `true, beside ${bucket}`,
      "false: take it over with its claim, and move its images to the bucket then",
    ],
    [
      "a time to drain for a pod that nobody takes over from",
      { registry: { drain: "15s" } },
      "registry.drain",
      "a value, and one pod",
      withOnePod,
    ],
    [
      "a chart without a PodDisruptionBudget",
      { ...registry({}), chart: { version: "0.1.121" } },
      "chart.version",
      `"0.1.121", beside ${bucket}`,
      "0.1.122 or newer: older charts have no PodDisruptionBudget",
    ],
    [
      "a Zot that nobody tried over a bucket",
      { ...registry({}), zot: { version: "2.1.17" } },
      "zot.version",
      `"2.1.17", beside ${bucket}`,
      "2.1.18 or newer: it is the oldest that was tried over a bucket",
    ],
    [
      "deduplication, which an emptied Redis would turn into loss",
      registry({ storage: { s3: { ...s3, dedupe: true } } }),
      "registry.storage.s3.dedupe",
      "an unknown key",
      "the keys bucket, region, endpoint, ca and prefix",
    ],
    [
      "a cluster of Zot's own, which makes nothing available",
      { ...registry({}), zot: { cluster: { members: ["a"] } } },
      "zot.cluster",
      "an unknown key",
      "the keys version, logLevel, metrics, gcDelay, gcInterval, requestTimeout and fastRestart",
      "it belongs at zot-fleet:cluster",
    ],
    [
      "Redis at a URL, which Zot would log with its password",
      registry({ redis: { addresses: ["redis://:hunter2@redis:6379"] } }),
      "registry.redis.addresses[0]",
      '"redis://…@redis:6379"',
      "host:port",
    ],
  ]);

  haveLimits([
    [
      "registry.drain",
      (drain) => registry({ drain }),
      ["1s", "15s", "10m"],
      ["500ms", "0s", "601s", "1500ms", 15],
      'whole seconds from 1s to 10m, such as "15s"',
    ],
  ]);

  const taken: [what: string, change: object][] = [
    ["several pods", registry({})],
    ["several pods that say that nothing is taken over", registry({ adopt: false })],
    ["several pods with a cache that keeps all", { ...registry({}), upstreams: ["docker.io"] }],
    ["one pod, with rules about what stays", { registry: one, retention: { rules: [] } }],
    ["secrets of both", { registry: one, s3Credentials: access, redisPassword: "a" }],
    [
      "a newer chart and Zot",
      { ...registry({}), chart: { version: "0.1.123" }, zot: { version: "2.1.19" } },
    ],
    [
      "an older chart and Zot with a claim",
      { chart: { version: "0.1.121" }, zot: { version: "2.1.17" } },
    ],
  ];
  for (const [what, change] of taken)
    it(`is taken with ${what}`, () => {
      assert.deepEqual(problemsOf(change), []);
    });

  it("has no volume's settings to tell", () => {
    const { registry: several } = parseStackConfig({ ...right, ...registry({}) });
    assert.equal(several.replicas, 3);
    assert.deepEqual(several.storage.s3, s3);
  });

  it("is not judged where it is wrong in itself", () => {
    for (const raw of [
      {},
      { registry: 3 },
      { registry: { storage: 3, replicas: "3" } },
      { registry: one, chart: 3, zot: { version: "newest" } },
      { registry: one, chart: { version: 3 } },
      { ...registry({}), upstreams: 3 },
    ])
      assert.deepEqual(sharedStorageProblems(raw), [], JSON.stringify(raw));
  });
});
