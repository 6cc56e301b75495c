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
  return declare({ ...config, cluster }, true, { [guardType]: { cluster: "accra" } });
}

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
      .filter(({ type }) => /^(?:kubernetes|pulumi:providers:kubernetes|command)/.test(type))
      .map(({ urn }) => urn.replace(/^urn:pulumi:[^:]+::[^:]+::/, ""));
    assert.deepEqual(inCluster.sort(), expected.sort());
  });
});

const expected: string[] = [];
