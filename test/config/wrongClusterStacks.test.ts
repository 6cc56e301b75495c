import assert from "node:assert/strict";
import { imagesToDeploy } from "../../src/components/imagesToDeploy";
import { ConfigError } from "../../src/config/problem";
import { parseStackConfig } from "../../src/config/stack";
import { emptyLock } from "../../src/seeding/lock";
import { noReleases } from "../../src/seeding/releases";
import { right } from "./wrongStacks";

const [seed] = right.seeds;
const cluster = (change: object) => ({ cluster: { ...right.cluster, ...change } });

/** What is wrong, the keys that are, where it is told, and with which words. */
const wrong: [what: string, change: object, path: string, words: RegExp][] = [
  ["two replicas", { registry: { replicas: 2 } }, "registry.replicas", /would corrupt it/],
  [
    "no replica",
    { registry: { replicas: 0 } },
    "registry.replicas",
    /allowed: {2}a whole number from 1 to 20/,
  ],
  [
    "a namespace in upper case",
    { registry: { namespace: "Zot" } },
    "registry.namespace",
    /lower-case/,
  ],
  [
    "an image with a tag",
    { registry: { image: "ghcr.io/x/zot:v2" } },
    "registry.image",
    /without a tag/,
  ],
  [
    "a size without a meaning",
    { registry: { storage: { size: "20 GB" } } },
    "registry.storage.size",
    /20Gi/,
  ],
  [
    "a template that is a text",
    { registry: { storage: { template: "8Gi" } } },
    "registry.storage.template",
    /an object/,
  ],
  [
    "half a minute to start",
    { registry: { startupTimeout: "30s" } },
    "registry.startupTimeout",
    /whole minutes from 1m/,
  ],
  ["a mistyped key", { registry: { adpot: true } }, "registry.adpot", /did you mean adopt/],
  ["a chart too old", { chart: { version: "0.1.97" } }, "chart.version", /0\.1\.98 or newer/],
  ["a chart that is none", { chart: { version: "latest" } }, "chart.version", /such as 0\.1\.122/],
  ["a chart at a bare name", { chart: { source: "zot" } }, "chart.source", /oci:/],
  [
    "a namespace twice",
    { pullSecrets: [{ namespace: "a" }, { namespace: "a" }] },
    "pullSecrets[1].namespace",
    /stands at zot-fleet:pullSecrets\[0\]/,
  ],
  [
    "the registry's own namespace",
    { pullSecrets: [{ namespace: "zot" }] },
    "pullSecrets[0].namespace",
    /not the registry's own/,
  ],
  ["a text for a pull secret", { pullSecrets: ["openclaw"] }, "pullSecrets[0]", /an object with/],
  ["no generation", { rotation: 0 }, "rotation", /from 1/],
  ["a generation as a text", { rotation: "2" }, "rotation", /whole number/],
  ["keepPrevious as a text", { keepPrevious: "no" }, "keepPrevious", /by now it is rotation/],
  ["an unknown way", { endpoint: { via: "ingress" } }, "endpoint.via", /port-forward/],
  [
    "an address without its url",
    { endpoint: { via: "address" } },
    "endpoint.url",
    /which via: address needs/,
  ],
  [
    "a url for a route",
    { endpoint: { via: "route", url: "https://x.cc" } },
    "endpoint.url",
    /not for via: route/,
  ],
  [
    "a ca for a port-forward",
    {
      endpoint: {
        via: "port-forward",
        ca: "-----BEGIN CERTIFICATE-----x-----END CERTIFICATE-----",
      },
    },
    "endpoint.ca",
    /not for via: port-forward/,
  ],
  [
    "a host without a port",
    { endpoint: { via: "route", connect: "10.0.0.1" } },
    "endpoint.connect",
    /host:port/,
  ],
  [
    "a Gateway with an unknown key",
    cluster({ gateways: [{ name: "ts", listener: "https" }] }),
    "cluster.gateways[0].listener",
    /an unknown key/,
  ],
  [
    "a rollout of a Job",
    { seeds: [{ ...seed, rollouts: [{ namespace: "a", kind: "Job", name: "b" }] }] },
    "seeds[0].rollouts[0].kind",
    /Deployment/,
  ],
];

describe("a stack file that is wrong about its cluster", () => {
  for (const [what, change, path, words] of wrong)
    it(`is refused for ${what}`, () => {
      assert.throws(
        () => parseStackConfig({ ...right, ...change }),
        (error) => {
          assert.ok(error instanceof ConfigError);
          assert.equal(error.problems[0]?.path, `zot-fleet:${path}`);
          assert.match(error.message, words);
          return true;
        },
      );
    });

  it("is refused for an archive that is not locked, with the command that locks it", () => {
    assert.throws(
      () =>
        imagesToDeploy(parseStackConfig(right).seeds, {
          archives: emptyLock,
          releases: noReleases,
          signingKey: () => assert.fail("no source names a key"),
        }),
      /is not locked[^]*fleet -- lock/,
    );
  });
});
