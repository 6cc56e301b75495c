import type { Alert } from "../../checks/alert";
import { certificateEndsSoon } from "../../checks/verificationAlerts";
import { claimSeries, containerSeries, registrySeries } from "./series";

/** A registry that is looked at. */
export interface WatchedRegistry {
  /** What clients call it. */
  host: string;
  namespace: string;
  /** Whether its images lie on a claim; else in a bucket, whose use no cluster tells. */
  claim: boolean;
}

/** How full a claim may be. */
const full = 0.8;

/**
 * Alerts of a running registry. Zot counts no failures of its upstreams (read at 2.1.18: pkg/extensions/monitoring/extension.go), and
 * nobody in a cluster knows when a certificate ends: both are what a verification looks at (../../checks/verificationAlerts).
 */
export function registryAlerts({ host, namespace, claim }: WatchedRegistry): Alert[] {
  const registry = (...more: string[]) => registrySeries(namespace, ...more);
  return [
    {
      name: "ZotRegistryDown",
      why: "Of several pods one that answers is enough; and what Prometheus does not know of is no better.",
      expr: `sum(up${registry()}) == 0 or absent(up${registry()}) == 1`,
      for: "5m",
      severity: "critical",
      summary: `${host} gives Prometheus no metrics`,
      hint: "fleet doctor says whether it runs. If it does, is Prometheus' namespace in zot-fleet:registry.networkPolicy.from, and does zot-fleet:monitoring.labels hold what its serviceMonitorSelector asks for?",
      page: "docs/reference/codes.md#zf101",
    },
    {
      name: "ZotRegistryErrors",
      expr: `sum(rate(zot_http_requests_total${registry('code=~"5.."')}[10m])) / sum(rate(zot_http_requests_total${registry()}[10m])) > 0.05`,
      for: "10m",
      severity: "critical",
      summary: `${host} answers {{ $value | humanizePercentage }} of all requests with an error of its own`,
      hint: "fleet doctor reads the pod's log: a full claim, and a bucket or a Redis that does not answer, look like this.",
      page: "docs/reference/codes.md#zd115",
    },
    {
      name: "ZotRegistryRestarts",
      why: "One may be the node's; a deployment makes a new pod, which has none.",
      expr: `changes(kube_pod_container_status_restarts_total${containerSeries(namespace)}[1h]) >= 2`,
      severity: "warning",
      summary: `{{ $labels.pod }} of ${host} restarted {{ $value }} times within an hour`,
      hint: "fleet doctor says why the last one ended. Killed for its memory: raise zot-fleet:registry.resources.memoryLimit.",
      page: "docs/reference/codes.md#zd101",
    },
    ...(claim ? claimAlerts(host, namespace) : []),
    certificateEndsSoon,
  ];
}

function claimAlerts(host: string, namespace: string): Alert[] {
  const claim = claimSeries(namespace);
  const used = `kubelet_volume_stats_used_bytes${claim} / kubelet_volume_stats_capacity_bytes${claim} > ${full}`;
  const available = `kubelet_volume_stats_available_bytes${claim}`;
  const page = "docs/reference/codes.md#zd106";
  return [
    {
      name: "ZotClaimFull",
      expr: used,
      for: "15m",
      severity: "critical",
      summary: `the claim of ${host} is {{ $value | humanizePercentage }} full`,
      hint: "A full claim refuses every push. Raise zot-fleet:registry.storage.size, where its class lets claims grow, or let go by zot-fleet:retention.",
      page,
    },
    {
      name: "ZotClaimFillsUp",
      why: "By the day before; once it is told as full, it is not told again.",
      expr: `${available} / (-deriv(${available}[1d]) > 0) < 7 * 86400 unless on (namespace, persistentvolumeclaim) (${used})`,
      for: "1h",
      severity: "warning",
      summary: `the claim of ${host} will be full in {{ $value | humanizeDuration }}, if it goes on as the day before`,
      hint: "Raise zot-fleet:registry.storage.size, where its class lets claims grow, or let go by zot-fleet:retention.",
      page,
    },
  ];
}
