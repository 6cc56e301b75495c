import assert from "node:assert/strict";
import { parseStackConfig } from "../../src/config/stack";
import { haveLimits, type Limits } from "./told";
import { right } from "./wrongStacks";

const registry = (key: string) => (value: unknown) => ({ registry: { [key]: value } });
const resources = (key: string) => (value: unknown) => ({
  registry: { resources: { [key]: value } },
});
/** What several pods need. */
const shared = {
  storage: { s3: { bucket: "images", region: "eu-central-1" } },
  redis: { addresses: ["redis:6379"] },
  onePusherPerRepository: true,
};
const label63 = "a".repeat(63);

const truths: Limits[] = ["adopt", "onePusherPerRepository", "serviceAccountToken"].map((key) => [
  `registry.${key}`,
  registry(key),
  [false],
  ["no", 0, null],
  "true or false",
]);

describe("zot-fleet:registry", () => {
  it("says nothing of a token and of who reaches the pod, where nothing is said", () => {
    const made = parseStackConfig({ ...right, registry: {} }).registry;
    for (const key of ["serviceAccountToken", "networkPolicy", "drain", "redis"])
      assert.ok(!(key in made), key);
    const { networkPolicy } = parseStackConfig({
      ...right,
      registry: { networkPolicy: {} },
    }).registry;
    assert.deepEqual(networkPolicy, {});
  });

  haveLimits([
    ...truths,
    [
      "registry.namespace",
      registry("namespace"),
      ["a", "0", "a-b", label63],
      ["", "-a", "a-", "a_b", "a.b", "A", `${label63}a`, "a b", " a"],
      "a namespace: lower-case letters, digits and dashes, at most 63",
    ],
    [
      "registry.image",
      registry("image"),
      ["ghcr.io/project-zot/zot", "localhost:5000/zot", "10.0.0.7:5000/a/b_c.d-e"],
      [
        "zot",
        "ghcr.io/zot:v2",
        "ghcr.io/",
        "ghcr.io//zot",
        "Ghcr.io/zot",
        "x:y/zot",
        "https://a/b",
      ],
      "an image without a tag, such as ghcr.io/project-zot/zot",
    ],
    [
      "registry.replicas",
      (replicas) => ({ registry: { replicas, ...(replicas === 1 ? {} : shared) } }),
      [1, 2, 20],
      [21, 2.5],
      "a whole number from 1 to 20",
    ],
    [
      "registry.startupTimeout",
      registry("startupTimeout"),
      ["1m", "4h", "60s", "1h30m"],
      ["59s", "0m", "241m", "90s", 10],
      'whole minutes from 1m to 4h, such as "30m"',
    ],
    [
      "registry.resources.cpu",
      resources("cpu"),
      ["1", "250m", "999999m"],
      ["0", "m", "1.5", "1000000", "1 m", "250mm", "x250m"],
      'processors such as "2" or "250m"',
    ],
    [
      "registry.resources.memory",
      resources("memory"),
      ["1Gi", "256Mi", "1000000"],
      ["0", "1 Gi", "1GB", 1],
      "a size such as 256Mi",
    ],
    [
      "registry.resources.memoryLimit",
      resources("memoryLimit"),
      ["2Gi"],
      ["2gb"],
      "a size such as 1Gi",
    ],
    [
      "registry.networkPolicy.from",
      (from) => ({ registry: { networkPolicy: { from } } }),
      [[], ["a", "10.0.0.0/8"]],
      ["a", { a: 1 }],
      "a list of namespaces and networks",
    ],
    [
      "registry.networkPolicy.from[0]",
      (from) => ({ registry: { networkPolicy: { from: [from] } } }),
      ["envoy-gateway-system", label63, "10.0.0.0/0", "10.0.0.0/32", "2001:db8::/64", "::/128"],
      [
        "",
        "Envoy",
        `${label63}a`,
        "10.0.0.0/33",
        "::/129",
        "10.0.0/8",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/8 ",
      ],
      "a namespace, such as envoy-gateway-system, or a network, such as 10.0.0.0/16",
    ],
  ]);
});

describe("zot-fleet:chart", () => {
  haveLimits([
    [
      "chart.version",
      (version) => ({ chart: { version } }),
      ["0.1.98", "0.1.122", "0.2.0"],
      ["0.1.97", "1.0.0", "v0.1.122", "0.1", "latest", 1],
      "a 0.x version of the chart, 0.1.98 or newer, such as 0.1.122",
    ],
    [
      "chart.source",
      (source) => ({ chart: { source } }),
      ["https://a.test/charts", "http://a.test", "oci://a.test/zot", "./zot", "../zot", "/srv/zot"],
      [
        "zot",
        "ftp://a",
        "oci:/zot",
        "https://",
        ".../zot",
        "https://u@a.test",
        "./my charts",
        "./a ",
      ],
      "a Helm repository (https://…), an OCI reference (oci://…/zot) or a path (./… or /…)",
    ],
  ]);
});
