import assert from "node:assert/strict";
import { ConfigError } from "../../src/config/problem";
import { parseStackConfig } from "../../src/config/stack";
import { right } from "./wrongStacks";

const s3 = { bucket: "images", region: "eu-central-1" };
const redis = { addresses: ["redis.storage:6379"] };
const shared = { replicas: 3, storage: { s3 }, redis, onePusherPerRepository: true };
const one = { ...shared, replicas: 1, onePusherPerRepository: false };

const registry = (change: object) => ({ ...right, registry: { ...shared, ...change } });

/** What does not go together, the stack file, the key that is told, and what is said of it. */
const wrong: [what: string, raw: Record<string, unknown>, path: string, words: RegExp][] = [
  [
    "several pods on a claim",
    { ...right, registry: { replicas: 2, onePusherPerRepository: true } },
    "registry.replicas",
    /found: {4}the number 2, and no zot-fleet:registry\.storage\.s3\n {4}allowed: {2}1: a claim is one pod's, and two would corrupt it\n {4}hint: {5}several pods need zot-fleet:registry\.storage\.s3, zot-fleet:registry\.redis and/,
  ],
  [
    "several pods that many push to",
    registry({ onePusherPerRepository: false }),
    "registry.replicas",
    /found: {4}the number 3, and no zot-fleet:registry\.onePusherPerRepository\n {4}allowed: {2}1, or several with zot-fleet:registry\.onePusherPerRepository: true\n {4}hint: {5}Zot loses tags, whose push it answered with 201/,
  ],
  [
    "a promise about pushes that one pod does not need",
    registry({ replicas: 1 }),
    "registry.onePusherPerRepository",
    /nothing with zot-fleet:registry\.replicas of 1/,
  ],
  [
    "several pods that delete by rules, each by itself",
    {
      ...registry({}),
      retention: { rules: [{ repositories: "ci/**", keep: [{ pushedWithin: "30d" }] }] },
    },
    "retention",
    /beside zot-fleet:registry\.replicas: 3\n {4}allowed: {2}nothing with several pods/,
  ],
  [
    "several pods that empty a cache, each by itself",
    {
      ...registry({}),
      upstreams: ["quay.io", { name: "docker.io", retention: { pulledWithin: "90d" } }],
    },
    "upstreams[1].retention",
    /nothing with several pods/,
  ],
  [
    "a bucket without Redis",
    registry({ redis: undefined }),
    "registry.redis",
    /found: {4}nothing, beside zot-fleet:registry\.storage\.s3\n[^]*API keys go with it/,
  ],
  [
    "Redis without a bucket",
    { ...right, registry: { redis } },
    "registry.redis",
    /nothing without zot-fleet:registry\.storage\.s3/,
  ],
  ...(["size", "class"] as const).map((key): [string, Record<string, unknown>, string, RegExp] => [
    `a claim's ${key} beside a bucket`,
    registry({ storage: { s3, [key]: key === "size" ? "30Gi" : "fast" } }),
    `registry.storage.${key}`,
    /beside zot-fleet:registry\.storage\.s3\n {4}allowed: {2}nothing: images lie in the bucket or on a claim/,
  ]),
  [
    "a claim's template beside a bucket",
    registry({ storage: { s3, template: { size: "8Gi" } } }),
    "registry.storage.template",
    /images lie in the bucket or on a claim/,
  ],
  [
    "a release that is taken over into a bucket",
    registry({ adopt: true }),
    "registry.adopt",
    /take it over with its claim, and move its images to the bucket then/,
  ],
  [
    "a time to drain for a pod that nobody takes over from",
    { ...right, registry: { drain: "15s" } },
    "registry.drain",
    /nothing with zot-fleet:registry\.replicas of 1/,
  ],
  [
    "a key of no bucket",
    { ...right, s3Credentials: { accessKeyId: "c4n4ry", secretAccessKey: "c4n4ry" } },
    "s3Credentials",
    /nothing without zot-fleet:registry\.storage\.s3/,
  ],
  [
    "a password of no Redis",
    { ...right, redisPassword: "c4n4ry" },
    "redisPassword",
    /nothing without zot-fleet:registry\.storage\.s3/,
  ],
  [
    "a chart without a PodDisruptionBudget",
    { ...registry({}), chart: { version: "0.1.101" } },
    "chart.version",
    /"0\.1\.101", beside zot-fleet:registry\.storage\.s3\n {4}allowed: {2}0\.1\.122 or newer/,
  ],
  [
    "a Zot that nobody tried over a bucket",
    { ...registry({}), zot: { version: "2.1.17" } },
    "zot.version",
    /allowed: {2}2\.1\.18 or newer: it is the oldest that was tried over a bucket/,
  ],
  [
    "deduplication, which an emptied Redis would turn into loss",
    registry({ storage: { s3: { ...s3, dedupe: true } } }),
    "registry.storage.s3.dedupe",
    /an unknown key/,
  ],
  [
    "a cluster of Zot's own, which makes nothing available",
    { ...registry({}), zot: { cluster: { members: ["a"] } } },
    "zot.cluster",
    /an unknown key/,
  ],
  [
    "a prefix that begins with a slash",
    registry({ storage: { s3: { ...s3, prefix: "/ottawa" } } }),
    "registry.storage.s3.prefix",
    /with slashes between/,
  ],
  [
    "a prefix that climbs",
    registry({ storage: { s3: { ...s3, prefix: "a/../b" } } }),
    "registry.storage.s3.prefix",
    /with slashes between/,
  ],
  [
    "Redis at a URL, which Zot would log with its password",
    registry({ redis: { addresses: ["redis://:c4n4ry@redis:6379"] } }),
    "registry.redis.addresses[0]",
    /host:port/,
  ],
  [
    "half a second to drain",
    registry({ drain: "500ms" }),
    "registry.drain",
    /whole seconds from 1s/,
  ],
  ["too many pods", registry({ replicas: 21 }), "registry.replicas", /from 1 to 20/],
];

describe("a stack file whose images lie in a bucket", () => {
  for (const [what, raw, path, words] of wrong)
    it(`is refused for ${what}`, () => {
      assert.throws(
        () => parseStackConfig(raw),
        (error) => {
          assert.ok(error instanceof ConfigError);
          assert.deepEqual(
            error.problems.map((problem) => problem.path),
            [`zot-fleet:${path}`],
          );
          assert.match(error.message, words);
          assert.ok(path.includes("addresses") || !error.message.includes("c4n4ry"));
          return true;
        },
      );
    });

  it("is taken with several pods, or with one, and has no volume's settings to tell", () => {
    const { registry: several } = parseStackConfig(registry({}));
    assert.equal(several.replicas, 3);
    assert.deepEqual(several.storage.s3, s3);
    assert.equal(parseStackConfig({ ...right, registry: one }).registry.replicas, 1);
  });
});
