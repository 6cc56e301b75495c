import assert from "node:assert/strict";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { isSkipped } from "../support/skip";

const namespace = "zot-fleet-charts";

describe("the supported charts, one upgraded to the next", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let archive = "";

  before(async function () {
    cluster = await needsCluster(this, "0.1.98", "0.1.101", "0.1.122");
    await removeNamespaces(cluster, namespace);
    project = new ClusterProject();
    archive = await project.archive("hello", "linux/amd64");
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "charts", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace);
    project.remove();
  });

  for (const [position, version] of ["0.1.98", "0.1.101", "0.1.122"].entries())
    it(`${version} runs in a restricted namespace, with its data on our claim`, async () => {
      await project.configure("charts", {
        cluster: { name: "charts", context: cluster.context, domain: "charts.test", gateways: [] },
        registry: { namespace },
        chart: { version, source: cluster.chart(version) },
        seeds: [{ image: "demo/hello", tags: ["1.0"], archives: { "linux/amd64": archive } }],
      });
      if (position === 0) await project.pulumi(["stack", "init", "charts"]);
      const { code, output } = await project.up("charts");
      assert.equal(code, 0, output);
      const read = (...path: string[]) => cluster.kubectl("-n", namespace, "get", ...path);
      const chart = await read(
        "statefulset",
        "zot",
        "-o",
        "jsonpath={.metadata.labels.helm\\.sh/chart}",
      );
      assert.equal(chart, `zot-${version}`);
      const claims = await read("pvc", "-o", "jsonpath={.items[*].metadata.name}");
      assert.equal(claims, "zot-pvc-zot-0");
      const level = await cluster.kubectl(
        "get",
        "namespace",
        namespace,
        "-o",
        "jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}",
      );
      assert.equal(level, "restricted");
      if (position === 0) assert.match(output, /demo\/hello: pushed/);
      const preview = await project.preview("charts");
      assert.equal(preview.code, 0, preview.output);
    });
});
