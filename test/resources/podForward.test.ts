import assert from "node:assert/strict";
import { KubernetesError } from "../../src/cluster/kubernetes";
import { withPodForward } from "../../src/cluster/portForward";
import { readApi } from "../../src/facts/reach";
import { RegistryClient, RegistryError } from "../../src/registry/client";
import { proofDeployment } from "../../src/resources/deployments/proof";
import { useApiServer } from "../support/apiServer";
import { registryLabels } from "../support/registryPods";

const target = { context: "ottawa", namespace: "zot", pod: "zot-a", port: 5000 };

const ask = (url: string) =>
  (async () => {
    await using client = new RegistryClient({ url, retries: 0 });
    return (await readApi(client)).status;
  })();

describe("a port-forward to one pod", () => {
  const api = useApiServer();

  it("ends with what the cluster says, not with the connection that it took away", async () => {
    const status = async () =>
      withPodForward(target, ask).then(
        () => assert.fail("there is no such pod"),
        (error: unknown) => {
          assert.ok(error instanceof KubernetesError, String(error));
          return [error.status, error.message];
        },
      );
    assert.deepEqual(await status(), [
      404,
      "the cluster answers 404 for a port-forward to the pod zot/zot-a",
    ]);
    api().refused = /portforward$/;
    assert.deepEqual(await status(), [
      403,
      "the cluster answers 403 for a port-forward to the pod zot/zot-a",
    ]);
  });

  it("leaves the errors of its work as they are where nothing was asked of the cluster", async () => {
    const fault = new RegistryError("its own", { method: "GET", path: "/v2/", reason: "status" });
    await assert.rejects(
      withPodForward(target, () => Promise.reject(fault)),
      fault,
    );
  });

  it("names the right that a deployer lacks, and no password", async () => {
    api().put({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "zot-a", namespace: "zot", labels: registryLabels },
      status: { conditions: [{ type: "Ready", status: "True" }] },
    });
    const prove = () =>
      proofDeployment.create({
        endpoint: { via: "address", url: "http://127.0.0.1:1" },
        accounts: [{ username: "fleet", password: "of-fleet-alone", role: "admin" }],
        pods: { context: "ottawa", namespace: "zot", port: 5000 },
      });
    const said = async () =>
      prove().then(
        () => assert.fail("nothing was proved"),
        (error: unknown) => (error instanceof Error ? error.message : ""),
      );
    api().refused = /portforward$/;
    const forward = await said();
    assert.match(forward, /zot\/zot-a: .*the right to create on pods\/portforward in zot/);
    api().refused = /pods$/;
    const list = await said();
    assert.match(list, /403 for Pod objects in zot: .*the right to list on pods in zot/);
    assert.doesNotMatch(forward + list, /of-fleet-alone/);
  });
});
