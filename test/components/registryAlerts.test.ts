import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { verificationAlerts } from "../../src/checks/verificationAlerts";
import { prometheusRule } from "../../src/components/monitoring/objects";
import { registryAlerts } from "../../src/components/monitoring/registryAlerts";
import { useScratch } from "../images/scratch";
import { skipWithout } from "../support/skip";

const root = resolve(__dirname, "../..");
const watched = { host: "oci.killinit.cc", namespace: "zot", claim: true };
const alerts = registryAlerts(watched);

interface Series {
  series: string;
  values: string;
}

const registry = (more = "", namespace = "zot") =>
  `{namespace="${namespace}", service="zot", pod="zot-0"${more}}`;
const claim = '{namespace="zot", persistentvolumeclaim="zot-pvc-zot-0", node="one"}';
const container = (pod = "zot-0", name = "zot") =>
  `{namespace="zot", pod="${pod}", container="${name}", uid="1"}`;
const gib = 1024 ** 3;

/** A registry that is well: what is looked at every minute, for a day and some. */
const well: Record<string, Series> = {
  up: { series: `up${registry()}`, values: "1x1600" },
  fine: {
    series: `zot_http_requests_total${registry(', code="200", method="GET"')}`,
    values: "0+600x1600",
  },
  missing: {
    series: `zot_http_requests_total${registry(', code="404", method="GET"')}`,
    values: "0+600x1600",
  },
  errors: {
    series: `zot_http_requests_total${registry(', code="500", method="GET"')}`,
    values: "0+12x1600",
  },
  restarts: {
    series: `kube_pod_container_status_restarts_total${container()}`,
    values: "0x1000 1x600",
  },
  used: { series: `kubelet_volume_stats_used_bytes${claim}`, values: `${7 * gib}x1600` },
  available: { series: `kubelet_volume_stats_available_bytes${claim}`, values: `${13 * gib}x1600` },
  capacity: { series: `kubelet_volume_stats_capacity_bytes${claim}`, values: `${20 * gib}x1600` },
  certificate: {
    series: 'zot_fleet_certificate_expiry_timestamp_seconds{stack="ottawa"}',
    values: `${60 * 86_400}x1600`,
  },
};

const but = (change: Record<string, Partial<Series>>, ...gone: string[]): Series[] =>
  Object.entries(well)
    .filter(([name]) => !gone.includes(name))
    .map(([name, each]) => ({ ...each, ...change[name] }));

/** A claim of 20 GiB that so many bytes are written to every minute. */
const filling = (start: number, step: number) => ({
  used: { values: `${start}+${step}x1600` },
  available: { values: `${20 * gib - start}-${step}x1600` },
});

interface Case {
  input: Series[];
  at: string;
  /** All that fires then. */
  fires: string[];
}

const cases: Record<string, Case> = {
  "nothing is wrong": { input: but({}), at: "26h", fires: [] },
  "the registry does not answer": {
    input: but({ up: { values: "1x1000 0x600" } }),
    at: "26h",
    fires: ["ZotRegistryDown"],
  },
  "the registry has been away for three minutes": {
    input: but({ up: { values: "1x1556 0x600" } }),
    at: "26h",
    fires: [],
  },
  "Prometheus knows of no registry": {
    input: but({}, "up"),
    at: "1h",
    fires: ["ZotRegistryDown"],
  },
  "Prometheus knows of that in another namespace alone": {
    input: but({ up: { series: `up${registry("", "other")}` } }),
    at: "1h",
    fires: ["ZotRegistryDown"],
  },
  "one of two pods does not answer": {
    input: [
      ...but({}),
      { series: 'up{namespace="zot", service="zot", pod="b"}', values: "0x1600" },
    ],
    at: "26h",
    fires: [],
  },
  "one request of ten is answered with an error": {
    input: but({ errors: { values: "0+133x1600" } }),
    at: "26h",
    fires: ["ZotRegistryErrors"],
  },
  "a claim is full to 81 %": {
    input: but({
      used: { values: `${16.2 * gib}x1600` },
      available: { values: `${3.8 * gib}x1600` },
    }),
    at: "26h",
    fires: ["ZotClaimFull"],
  },
  "a claim fills up within four days": {
    input: but(filling(5 * gib, 2 * 2 ** 20)),
    at: "26h",
    fires: ["ZotClaimFillsUp"],
  },
  "a claim fills up within a month": {
    input: but(filling(5 * gib, 0.25 * 2 ** 20)),
    at: "26h",
    fires: [],
  },
  "a claim fills up, and is full to 80 % already": {
    input: but(filling(14 * gib, 2 * 2 ** 20)),
    at: "26h",
    fires: ["ZotClaimFull"],
  },
  "a claim gets emptier": {
    input: but({
      used: { values: `${14 * gib}-1048576x1600` },
      available: { values: `${6 * gib}+1048576x1600` },
    }),
    at: "26h",
    fires: [],
  },
  "the registry restarts again and again": {
    input: but({ restarts: { values: "0x1545 1x10 2x10 3x30" } }),
    at: "26h",
    fires: ["ZotRegistryRestarts"],
  },
  "another pod of the namespace restarts again and again": {
    input: but({
      restarts: {
        series: `kube_pod_container_status_restarts_total${container("other-0", "other")}`,
        values: "0+1x1600",
      },
    }),
    at: "26h",
    fires: [],
  },
  "the certificate ends in 13 days": {
    input: but({ certificate: { values: `${13 * 86_400 + 26 * 3600}x1600` } }),
    at: "26h",
    fires: ["ZotFleetCertificateEndsSoon"],
  },
};

describe("the PrometheusRule of a registry", function () {
  this.timeout(120_000);
  const scratch = useScratch();
  let file: string;

  before(() => {
    file = scratch("rules.json");
    writeFileSync(file, JSON.stringify(prometheusRule(watched, {}).spec));
  });

  it("has a severity, a summary, a hint and a page that there is for every alert", () => {
    for (const { alert, labels, annotations } of prometheusRule(watched, {}).spec.groups.flatMap(
      ({ rules }) => rules,
    )) {
      assert.match(labels.severity, /^(critical|warning)$/, alert);
      assert.ok(annotations.summary && annotations.hint, alert);
      const [path = "", anchor = ""] = annotations.page.split("#");
      assert.ok(existsSync(join(root, path)), annotations.page);
      assert.ok(readFileSync(join(root, path), "utf8").includes(`<a id="${anchor}"></a>`), alert);
    }
  });

  it("has what it shares with the alerts of a verification from there", () => {
    const shared = alerts.filter((alert) => verificationAlerts.includes(alert));
    assert.deepEqual(
      shared.map(({ name }) => name),
      ["ZotFleetCertificateEndsSoon"],
    );
    const names = [...alerts, ...verificationAlerts].map(({ name }) => name);
    assert.equal(new Set(names).size, names.length - shared.length);
  });

  it("is taken by promtool", function () {
    const promtool = skipWithout("promtool", this);
    const text = execFileSync(promtool, ["check", "rules", file], { encoding: "utf8" });
    assert.match(text, new RegExp(`SUCCESS: ${alerts.length} rules found`));
  });

  it("has a case here in which each alert fires", () => {
    const fired = Object.values(cases).flatMap(({ fires }) => fires);
    assert.deepEqual(new Set(fired), new Set(alerts.map(({ name }) => name)));
  });

  for (const [name, { input, at, fires }] of Object.entries(cases))
    it(`where ${name}, ${fires.length === 0 ? "no alert fires" : `${fires.join(", ")} fires, and no other`}`, function () {
      const promtool = skipWithout("promtool", this);
      const test = {
        rule_files: [file],
        evaluation_interval: "5m",
        tests: [
          {
            interval: "1m",
            input_series: input,
            promql_expr_test: [
              {
                expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
                eval_time: at,
                exp_samples: fires.map((alertname) => ({
                  labels: `{alertname="${alertname}"}`,
                  value: 1,
                })),
              },
            ],
          },
        ],
      };
      const path = scratch("rules.test.json");
      writeFileSync(path, JSON.stringify(test));
      const options = { encoding: "utf8", stdio: "pipe" } as const;
      assert.match(execFileSync(promtool, ["test", "rules", path], options), /SUCCESS/);
    });
});
