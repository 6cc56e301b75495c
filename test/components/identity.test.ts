import assert from "node:assert/strict";
import { declare, stackOf, type Declared } from "../support/deployment";

const guardType = "pulumi-nodejs:dynamic/zot-fleet:ClusterGuard";

const named = (resources: Declared[], name: string) => {
  const found = resources.find((resource) => resource.name === name);
  assert.ok(found, `there is no ${name}`);
  return found;
};

/** A stack with an API key, whose cluster is called otherwise now than when it was first deployed. */
function renamed() {
  const config = stackOf("accra");
  const cluster = { ...config.cluster, name: "renamed" };
  return declare({ ...config, cluster }, true, {
    held: (type) => (type === guardType ? { cluster: "accra" } : {}),
  });
}

const pulling = "zot-fleet:index:PullSecrets$kubernetes:core/v1";
const registry = "zot-fleet:index:ZotRegistry$kubernetes";

/** What the stack nairobi had in its cluster on the first day. */
const expected = [
  "zot-fleet:index:ClusterBinding$pulumi:providers:kubernetes::cluster-provider",
  `${pulling}:Namespace::pull-secrets-batch-namespace`,
  `${pulling}:Namespace::pull-secrets-openclaw-namespace`,
  `${pulling}:Secret::pull-secrets-batch`,
  `${pulling}:Secret::pull-secrets-flux-system`,
  `${pulling}:Secret::pull-secrets-openclaw`,
  `${pulling}:ServiceAccountPatch::pull-secrets-openclaw-default`,
  "zot-fleet:index:SeededImages$command:local:Command::openclaw/deployment/gateway",
  "zot-fleet:index:SeededImages$command:local:Command::openclaw/statefulset/worker",
  `${registry}:core/v1:Namespace::zot-namespace`,
  `${registry}:core/v1:PersistentVolumeClaim::zot-claim`,
  `${registry}:core/v1:Secret::zot-secret`,
  `${registry}:core/v1:ServiceAccount::zot-service-account`,
  `${registry}:gateway.networking.k8s.io/v1:HTTPRoute::zot-route`,
  `${registry}:helm.sh/v3:Release::zot`,
  // Since then:
  `${registry}:core/v1:ServiceAccount::zot-service-account`,
];

describe("what a state knows things by", () => {
  it("is the cluster's first name: another one changes neither the provider nor the labels of keys", async () => {
    const { resources } = await renamed();
    const provider = named(resources, "cluster-provider");
    assert.deepEqual(provider.ignoreChanges, ["clusterIdentifier"]);
    for (const guard of ["cluster-guard", "cluster-guard-last"])
      assert.deepEqual(named(resources, guard).ignoreChanges, ["cluster"]);
    assert.equal(named(resources, "api-keys-builds").inputs["label"], "zot-fleet:accra/builds");
  });

  // Another parent, type or name is another resource to the engine: it makes the same object again, where the upsert hides
  // that it is there, and deletes it in the end. A line may be added here, and none may change.
  it("stays: every object of a cluster has the name in the state that it always had", async () => {
    const { resources } = await declare(stackOf("nairobi"), true);
    const inCluster = resources
      // What is only read is not registered.
      .filter(
        ({ urn, type }) =>
          urn !== "" && /^(?:kubernetes|pulumi:providers:kubernetes|command)/.test(type),
      )
      .map(({ urn }) => urn.replace(/^urn:pulumi:[^:]+::[^:]+::/, ""));
    assert.deepEqual(inCluster.sort(), expected.sort());
  });
});
