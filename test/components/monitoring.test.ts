import assert from "node:assert/strict";
import { KubernetesError, kindsOf } from "../../src/cluster/kubernetes";
import { monitoringProblem } from "../../src/components/findMonitoring";
import type { StackConfig } from "../../src/config/stack";
import { useApiServer } from "../support/apiServer";
import { declare, revealed, stackOf, type Declared } from "../support/deployment";

type Monitoring = NonNullable<StackConfig["monitoring"]>;
const none: Monitoring = { serviceMonitor: false, rules: false, dashboard: false, labels: {} };
const all: Monitoring = { serviceMonitor: true, rules: true, dashboard: true, labels: {} };

const withMonitoring = (monitoring?: Partial<Monitoring>, stack = "ottawa"): StackConfig => {
  const { monitoring: _, ...config } = stackOf(stack);
  return monitoring === undefined ? config : { ...config, monitoring: { ...none, ...monitoring } };
};

const declared = async (config: StackConfig, preview = false) =>
  (await declare(config, preview)).resources;

const within = (resources: readonly Declared[]) =>
  resources.filter(({ urn }) => urn.includes("zot-fleet:index:Monitoring$"));

const named = (resources: readonly Declared[], name: string) =>
  revealed(resources.find((each) => each.name === name)?.inputs) as
    Record<string, unknown> | undefined;

const usernames = (resources: readonly Declared[]) =>
  resources
    .filter(({ type }) => type.endsWith(":Account"))
    .map(({ name }) => name)
    .sort();

/** Who reads the metrics, by Zot's config in the chart's values. */
function metricsUsers(resources: readonly Declared[]): string[] {
  const release = resources.find(({ type }) => type.endsWith(":Release"));
  const { configFiles } = release?.inputs["values"] as { configFiles: Record<string, string> };
  const config = JSON.parse(configFiles["config.json"] ?? "") as {
    http: { accessControl: { metrics: { users: string[] }; repositories: object } };
  };
  const { metrics, repositories } = config.http.accessControl;
  assert.doesNotMatch(JSON.stringify(repositories), /metrics-/);
  return metrics.users;
}

describe("monitoring of a registry", () => {
  for (const preview of [true, false])
    it(`changes nothing where its key is not there, or wants nothing (${preview ? "a preview" : "an update"})`, async () => {
      const without = await declared(withMonitoring(), preview);
      assert.deepEqual(await declared(withMonitoring({}), preview), without);
      assert.deepEqual(within(without), []);
      assert.deepEqual(metricsUsers(without), ["admin", "fleet"]);
    });

  it("makes a ServiceMonitor by the chart's Service, with an account of its own and its Secret", async () => {
    const resources = await declared(withMonitoring({ serviceMonitor: true }));
    assert.deepEqual(
      within(resources).map(({ name }) => name),
      ["monitoring-credentials", "monitoring-service-monitor"],
    );
    assert.deepEqual(usernames(resources), ["admin", "ci-1", "fleet", "metrics-1", "puller-1"]);
    assert.deepEqual(metricsUsers(resources), ["admin", "fleet", "metrics-1"]);
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    assert.deepEqual(named(resources, "monitoring-credentials"), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "zot-metrics", namespace: "zot" },
      type: "kubernetes.io/basic-auth",
      data: { username: base64("metrics-1"), password: base64("password-of-metrics-1") },
    });
    assert.deepEqual(named(resources, "monitoring-service-monitor"), {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: { name: "zot", namespace: "zot" },
      spec: {
        namespaceSelector: { matchNames: ["zot"] },
        selector: {
          matchLabels: { "app.kubernetes.io/name": "zot", "app.kubernetes.io/instance": "zot" },
        },
        endpoints: [
          {
            port: "zot",
            path: "/metrics",
            scheme: "http",
            interval: "60s",
            basicAuth: {
              username: { name: "zot-metrics", key: "username" },
              password: { name: "zot-metrics", key: "password" },
            },
          },
        ],
      },
    });
  });

  it("hands the password to Zot and the Secret alone, and to the Secret as a secret", async () => {
    const resources = await declared(withMonitoring(all));
    const secret = resources.find(({ name }) => name === "monitoring-credentials");
    // A secret input arrives wrapped, beside its signature.
    assert.ok("value" in (secret?.inputs["data"] as object));
    const holders = resources.filter(({ inputs, type }) => {
      const text = JSON.stringify(inputs);
      return text.includes("password-of-metrics-1") && !type.includes("zot-fleet");
    });
    assert.deepEqual(holders, []);
  });

  it("waits for the proof, and is waited for by the record of what was handed out", async () => {
    const resources = await declared(withMonitoring(all));
    const waits = new Map(resources.map(({ urn, waitsFor }) => [urn, waitsFor]));
    const urnOf = (type: string, name: string) =>
      resources.find((each) => each.type.endsWith(type) && each.name === name)?.urn ?? "";
    const before = (urn: string, seen = new Set<string>()): Set<string> => {
      for (const each of waits.get(urn) ?? []) if (!seen.has(each)) before(each, seen.add(each));
      return seen;
    };
    const credentials = urnOf(":Secret", "monitoring-credentials");
    assert.ok(before(credentials).has(urnOf(":Proof", "proof")));
    const monitor = urnOf(":ServiceMonitor", "monitoring-service-monitor");
    assert.ok(before(monitor).has(credentials));
    assert.ok(before(urnOf(":Rotation", "rotation-handed-out")).has(credentials));
  });

  it("has the generations of the machine accounts, and hands out the newest", async () => {
    const config = withMonitoring(all, "nairobi");
    const resources = await declared(config);
    assert.deepEqual(
      usernames(resources).filter((name) => name.startsWith("metrics-")),
      ["metrics-3", "metrics-4"],
    );
    const { data } = named(resources, "monitoring-credentials") as {
      data: Record<string, string>;
    };
    assert.equal(Buffer.from(data["username"] ?? "", "base64").toString(), "metrics-4");
    const verification = resources.find(({ type }) => type.endsWith(":Verification"));
    const { accounts } = revealed(verification?.inputs) as {
      accounts: { username: string; role: string }[];
    };
    assert.deepEqual(
      // As states have the role.
      accounts.filter(({ role }) => role === "scraper").map(({ username }) => username),
      ["metrics-4", "metrics-3"],
    );
  });

  it("makes rules and a dashboard without an account", async () => {
    const resources = await declared(withMonitoring({ rules: true, dashboard: true }));
    assert.deepEqual(
      within(resources)
        .map(({ name }) => name)
        .sort(),
      ["monitoring-dashboard", "monitoring-rules"],
    );
    assert.deepEqual(metricsUsers(resources), ["admin", "fleet"]);
    const { metadata, data } = named(resources, "monitoring-dashboard") as {
      metadata: { labels: object };
      data: Record<string, string>;
    };
    assert.deepEqual(metadata.labels, { grafana_dashboard: "1" });
    const { uid, panels } = JSON.parse(data["zot-ottawa-zot.json"] ?? "") as {
      uid: string;
      panels: { targets: { expr: string }[] }[];
    };
    assert.ok(uid.length <= 40);
    for (const { targets } of panels) assert.match(targets[0]?.expr ?? "", /\{namespace="zot", /);
  });

  it("carries the labels that Prometheus looks for", async () => {
    const labels = { release: "kube-prometheus-stack" };
    const resources = await declared(withMonitoring({ ...all, labels }));
    for (const name of ["monitoring-service-monitor", "monitoring-rules"])
      assert.deepEqual(named(resources, name)?.["metadata"], {
        name: "zot",
        namespace: "zot",
        labels,
      });
  });

  it("knows no claim of a registry over a bucket", async () => {
    const over = ["ottawa", "nairobi", "lisbon", "accra", "toronto"]
      .map((stack) => withMonitoring(all, stack))
      .find(({ registry }) => registry.storage.s3 !== undefined);
    assert.ok(over);
    const resources = await declared(over);
    const text = JSON.stringify(within(resources).map(({ inputs }) => inputs));
    assert.doesNotMatch(text, /kubelet_volume|Claim/);
    assert.match(text, /ZotRegistryDown/);
  });
});

describe("the kinds of Prometheus' operator", () => {
  const api = useApiServer();
  const asked = (monitoring: Partial<Monitoring>) => withMonitoring(monitoring);

  it("are named where the cluster does not have them, with their keys and what to do", async () => {
    assert.equal(
      await monitoringProblem(asked(all)),
      [
        "zot-fleet:monitoring.serviceMonitor: the cluster has no kind ServiceMonitor",
        "zot-fleet:monitoring.rules: the cluster has no kind PrometheusRule",
        "monitoring.coreos.com/v1 is of Prometheus' operator: install it, or its CRDs, in ottawa, or leave the keys out.",
      ].join("\n"),
    );
    assert.equal(
      await monitoringProblem(asked({ rules: true }), () => Promise.resolve(["ServiceMonitor"])),
      [
        "zot-fleet:monitoring.rules: the cluster has no kind PrometheusRule",
        "monitoring.coreos.com/v1 is of Prometheus' operator: install it, or its CRDs, in ottawa, or leave the key out.",
      ].join("\n"),
    );
  });

  it("are no problem where they are there, where nobody wants one, and where the cluster cannot be asked", async () => {
    const there = () => Promise.resolve(["ServiceMonitor", "PrometheusRule", "Probe"]);
    assert.equal(await monitoringProblem(asked(all), there), undefined);
    const nobody = () => assert.fail("nobody asks");
    assert.equal(await monitoringProblem(asked({ dashboard: true }), nobody), undefined);
    assert.equal(await monitoringProblem(withMonitoring(), nobody), undefined);
    const away = () => Promise.reject(new KubernetesError("no context"));
    assert.equal(await monitoringProblem(asked(all), away), undefined);
    api().refused = /^\/apis\/monitoring/;
    assert.equal(await monitoringProblem(asked(all)), undefined);
  });

  it("are read of an API server", async () => {
    const kinds = await kindsOf("ottawa", { group: "apps", version: "v1" });
    assert.ok(kinds.includes("StatefulSet") && !kinds.includes("Pod"), kinds.join(", "));
  });
});
