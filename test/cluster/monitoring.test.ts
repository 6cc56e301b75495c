import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { withPortForward } from "../../src/cluster/portForward";
import { readMonitoringKinds } from "../../src/facts/monitoringKinds";
import { RegistryClient } from "../../src/registry/client";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { isSkipped, skipBecause } from "../support/skip";

const namespace = "zot-fleet-monitoring";
const all = { serviceMonitor: true, rules: true, dashboard: true, labels: { release: "metrics" } };

/** `ZOT_FLEET_OPERATOR_CRDS` names a folder with the definitions of ServiceMonitor and PrometheusRule, as YAML. */
describe("monitoring in a cluster with the kinds of Prometheus' operator", function () {
  this.timeout(900_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let config: Record<string, unknown>;
  let definitions: string[] = [];

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    const folder =
      process.env["ZOT_FLEET_OPERATOR_CRDS"] ??
      skipBecause("ZOT_FLEET_OPERATOR_CRDS names no folder with CRDs", this);
    if ((await readMonitoringKinds(cluster.context)).length > 0)
      skipBecause(
        "the cluster has an operator of its own, whose kinds are not to be removed",
        this,
      );
    definitions = readdirSync(folder)
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => join(folder, file));
    await removeNamespaces(cluster, namespace);
    project = new ClusterProject();
    config = {
      cluster: { name: "watched", context: cluster.context, domain: "watched.test", gateways: [] },
      registry: { namespace },
      chart: { source: cluster.chart("0.1.122") },
      seeds: [
        {
          image: "demo/hello",
          tags: ["1.0"],
          archives: { "linux/amd64": await project.archive("hello", "linux/amd64") },
        },
      ],
      monitoring: all,
    };
    await project.configure("watched", config);
    await project.pulumi(["stack", "init", "watched"]);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "watched", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace);
    for (const file of definitions)
      await cluster.kubectl("delete", "-f", file, "--ignore-not-found", "--wait");
    project.remove();
  });

  async function configure(change: object): Promise<void> {
    config = { ...config, ...change };
    await project.configure("watched", config);
  }

  async function up(): Promise<void> {
    const { code, output } = await project.up("watched");
    assert.equal(code, 0, output);
  }

  async function previewsNothing(): Promise<void> {
    const { code, output } = await project.preview("watched");
    assert.equal(code, 0, output);
  }

  const get = async (kind: string, name: string) => {
    const text = await cluster.kubectl("-n", namespace, "get", kind, name, "-o", "json");
    return JSON.parse(text) as {
      metadata: { labels?: Record<string, string> };
      spec?: Record<string, unknown>;
      data?: Record<string, string>;
    };
  };

  /** What the ServiceMonitor's Secret opens, through the port that it names. */
  async function scraped() {
    const { data = {} } = await get("secret", "zot-metrics");
    const plain = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
    const credentials = { username: plain("username"), password: plain("password") };
    const way = { context: cluster.context, namespace, service: "zot", port: 5000 };
    return withPortForward(way, async (url) => {
      const client = new RegistryClient({ url, credentials });
      try {
        const paths = ["/metrics", "/v2/demo/hello/manifests/1.0"];
        const answers = await Promise.all(
          paths.map((path) => client.request({ method: "GET", path })),
        );
        return { ...credentials, statuses: answers.map(({ status }) => status) };
      } finally {
        await client.close();
      }
    });
  }

  it("is refused by a preview while the cluster has no such kinds, in words", async () => {
    const { code, output } = await project.pulumi(["preview", "--stack", "watched"]);
    assert.notEqual(code, 0, output);
    assert.match(
      output,
      /zot-fleet:monitoring\.serviceMonitor: the cluster has no kind ServiceMonitor/,
    );
    assert.match(output, /zot-fleet:monitoring\.rules: the cluster has no kind PrometheusRule/);
  });

  it("is deployed where it has them, and the preview after is empty", async () => {
    for (const file of definitions) await cluster.kubectl("apply", "--server-side", "-f", file);
    await cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
    await up();
    await previewsNothing();
    const monitor = await get("servicemonitor", "zot");
    assert.deepEqual(monitor.metadata.labels, all.labels);
    const { selector } = monitor.spec as { selector: { matchLabels: Record<string, string> } };
    const labels = Object.entries(selector.matchLabels).map((pair) => pair.join("="));
    const services = await cluster.kubectl(
      "-n",
      namespace,
      "get",
      "service",
      "-l",
      labels.join(","),
      "-o",
      "jsonpath={range .items[*]}{.metadata.name}:{.spec.ports[*].name} {end}",
    );
    assert.equal(services.trim(), "zot:zot");
    assert.deepEqual((await get("configmap", "zot-dashboard")).metadata.labels, {
      grafana_dashboard: "1",
    });
    const { username, statuses } = await scraped();
    assert.equal(username, "metrics-1");
    assert.deepEqual(statuses, [200, 403]);
  });

  it("gets another account by a rotation", async () => {
    await configure({ rotation: 2 });
    await up();
    await previewsNothing();
    const { username, statuses } = await scraped();
    assert.equal(username, "metrics-2");
    assert.deepEqual(statuses, [200, 403]);
  });

  it("goes with its key, and leaves the registry as it was", async () => {
    const { monitoring: _, ...without } = config;
    config = without;
    await configure({});
    await up();
    await previewsNothing();
    for (const kind of [
      "servicemonitor",
      "prometheusrule",
      "configmap/zot-dashboard",
      "secret/zot-metrics",
    ])
      assert.equal(
        await cluster.kubectl("-n", namespace, "get", kind, "-o", "name", "--ignore-not-found"),
        "",
      );
  });

  it("is destroyed with the registry", async () => {
    await configure({ monitoring: all });
    await up();
    const { code, output } = await project.pulumi([
      "destroy",
      "--stack",
      "watched",
      "--yes",
      "--skip-preview",
    ]);
    assert.equal(code, 0, output);
    const left = ["servicemonitors,prometheusrules,secrets,configmaps", "-o", "name"];
    const names = await cluster.kubectl("-n", namespace, "get", ...left);
    assert.doesNotMatch(names, /zot/);
  });
});
