import { createHash } from "node:crypto";
import { claimSeries, registrySeries } from "./series";
import type { WatchedRegistry } from "./registryAlerts";

/** A panel of the dashboard. */
interface Panel {
  title: string;
  /** stat: the value now. timeseries: a line for each. */
  type: "stat" | "timeseries";
  /** As Grafana calls it: `reqps`, `s`, `bytes`, `percentunit`, `none`. */
  unit: string;
  /** In PromQL, with Grafana's `$__rate_interval`. */
  query: string;
  /** What a line is called, by its labels. */
  legend?: string;
}

/** Twelve of Grafana's 24 columns. */
const size = { w: 12, h: 8 };

/** The panels: what somebody wants to see of a registry first. */
export function panels({ namespace, claim }: WatchedRegistry): Panel[] {
  const registry = registrySeries(namespace);
  // Of several pods each counts what it served, and each knows the size of what all hold.
  const tenMost = (by: "sum" | "max", metric: string) =>
    `topk(10, ${by} by (repo) (${metric}${registry}))`;
  return [
    { title: "Pods that answer", type: "stat", unit: "none", query: `sum(up${registry})` },
    {
      title: "Requests by answer",
      type: "timeseries",
      unit: "reqps",
      query: `sum by (code) (rate(zot_http_requests_total${registry}[$__rate_interval]))`,
      legend: "{{code}}",
    },
    {
      title: "Nineteen of twenty requests take less than",
      type: "timeseries",
      unit: "s",
      query: `histogram_quantile(0.95, sum by (le, method) (rate(zot_http_method_latency_seconds_bucket${registry}[$__rate_interval])))`,
      legend: "{{method}}",
    },
    {
      title: "Storage of the ten largest repositories",
      type: "timeseries",
      unit: "bytes",
      query: tenMost("max", "zot_repo_storage_bytes"),
      legend: "{{repo}}",
    },
    {
      title: "Uploads since the start of the pod, the ten most",
      type: "timeseries",
      unit: "none",
      query: tenMost("sum", "zot_repo_uploads_total"),
      legend: "{{repo}}",
    },
    {
      title: "Downloads since the start of the pod, the ten most",
      type: "timeseries",
      unit: "none",
      query: tenMost("sum", "zot_repo_downloads_total"),
      legend: "{{repo}}",
    },
    ...(claim ? [claimPanel(claimSeries(namespace))] : []),
  ];
}

const claimPanel = (claim: string): Panel => ({
  title: "Claim",
  type: "timeseries",
  unit: "percentunit",
  query: `kubelet_volume_stats_used_bytes${claim} / kubelet_volume_stats_capacity_bytes${claim}`,
  legend: "used",
});

/** A dashboard in Grafana's own JSON, which asks for whichever Prometheus a person chooses. */
export function dashboard(name: string, registry: WatchedRegistry) {
  const datasource = { type: "prometheus", uid: "${datasource}" };
  return {
    // Grafana takes 40 characters.
    uid: `zot-${createHash("sha256").update(`${name}/${registry.namespace}`).digest("hex").slice(0, 32)}`,
    title: `Registry ${registry.host}`,
    tags: ["zot-fleet"],
    schemaVersion: 39,
    timezone: "browser",
    time: { from: "now-24h", to: "now" },
    refresh: "1m",
    templating: {
      list: [{ name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" }],
    },
    panels: panels(registry).map(({ title, type, unit, query, legend }, at) => ({
      id: at + 1,
      title,
      type,
      datasource,
      gridPos: { ...size, x: (at % 2) * size.w, y: Math.floor(at / 2) * size.h },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: [
        {
          refId: "A",
          datasource,
          expr: query,
          ...(legend === undefined ? {} : { legendFormat: legend }),
        },
      ],
    })),
  };
}
