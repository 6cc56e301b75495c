import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { makeVolume, removeVolume } from "../support/makeVolume";
import { needsNode } from "../support/needsNode";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-storage";

describe("a claim that grows, under a chart at a relative path", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let folder: string;
  let config: Record<string, unknown>;

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    await removeNamespaces(cluster, namespace);
    await needsNode(cluster, this);
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-volume-"));
    chmodSync(folder, 0o777);
    await makeVolume(cluster, { name: namespace, size: "20Gi", path: folder });
    project = new ClusterProject();
    cpSync(cluster.chart("0.1.122"), join(project.folder, "vendor/charts/zot"), {
      recursive: true,
    });
    config = {
      cluster: { name: "storage", context: cluster.context, domain: "storage.test", gateways: [] },
      registry: { namespace, storage: { size: "20Gi", class: namespace } },
      chart: { source: "./vendor/charts/zot" },
    };
    await project.configure("storage", config);
    await project.pulumi(["stack", "init", "storage"]);
    const { code, output } = await project.up("storage");
    assert.equal(code, 0, output);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "storage", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace);
    await removeVolume(cluster, namespace);
    project.remove();
    rmSync(folder, { recursive: true });
  });

  const read = (...args: string[]) => cluster.kubectl("-n", namespace, "get", ...args);

  it("asks for more, and leaves the pod and the StatefulSet's template as they are", async () => {
    const pod = await read("pod", "zot-0", "-o", "jsonpath={.metadata.uid}");
    const grown = { namespace, storage: { size: "30Gi", class: namespace } };
    await project.configure("storage", { ...config, registry: grown });
    const { code, output } = await project.up("storage");
    assert.equal(code, 0, output);
    const asked = "jsonpath={.spec.resources.requests.storage}";
    assert.equal(await read("pvc", "zot-pvc-zot-0", "-o", asked), "30Gi");
    assert.equal(await read("pod", "zot-0", "-o", "jsonpath={.metadata.uid}"), pod);
    const { code: none, output: preview } = await project.preview("storage");
    assert.equal(none, 0, preview);
  });

  it("is refused by the cluster when it shrinks, and nothing has changed", async () => {
    await project.configure("storage", config);
    const { code, output } = await project.up("storage");
    assert.notEqual(code, 0);
    assert.match(output, /field can not be less than/);
    const asked = "jsonpath={.spec.resources.requests.storage}";
    assert.equal(await read("pvc", "zot-pvc-zot-0", "-o", asked), "30Gi");
  });
});
