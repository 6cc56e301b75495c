import { ruleOf } from "../../checks/alert";
import { monitoringApiVersion } from "../../facts/monitoringKinds";
import { chartNames, podLabels } from "../../zot/chartValues";
import { registryAlerts, type WatchedRegistry } from "./registryAlerts";

/** The Secret of the account that may read the metrics. */
export const credentialsName = "zot-metrics";

/** The port of the chart's Service, by its name (templates/service.yaml, in all supported versions). */
const servicePort = "zot";

type Labels = Readonly<Record<string, string>>;

const meta = (namespace: string, labels: Labels) => ({
  name: chartNames.service,
  namespace,
  // None rather than an empty map, which an API server does not keep.
  ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
});

/** Tells Prometheus' operator how the registry is scraped: by its Service, whose labels are those of its pods, as an account of its own. */
export const serviceMonitor = (namespace: string, labels: Labels) => ({
  apiVersion: monitoringApiVersion,
  kind: "ServiceMonitor",
  metadata: meta(namespace, labels),
  spec: {
    namespaceSelector: { matchNames: [namespace] },
    selector: { matchLabels: { ...podLabels } },
    endpoints: [
      {
        port: servicePort,
        path: "/metrics",
        scheme: "http",
        interval: "60s",
        basicAuth: {
          username: { name: credentialsName, key: "username" },
          password: { name: credentialsName, key: "password" },
        },
      },
    ],
  },
});

/** The alerts of a registry, for Prometheus' operator. */
export const prometheusRule = (registry: WatchedRegistry, labels: Labels) => ({
  apiVersion: monitoringApiVersion,
  kind: "PrometheusRule",
  metadata: meta(registry.namespace, labels),
  spec: { groups: ruleGroups(registry) },
});

/** The groups as they stand in a rule file of Prometheus. Its own alerts carry the host name; that of a verification names its stack. */
const ruleGroups = (registry: WatchedRegistry) => [
  {
    name: `zot-fleet-registry-${registry.namespace}`,
    rules: registryAlerts(registry).map((alert) => ruleOf(alert)),
  },
];
