import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/stack";
import type { Account } from "../resources/classes";
import { passwordOf } from "./accounts";
import { dashboard } from "./monitoring/dashboard";
import { credentialsName, prometheusRule, serviceMonitor } from "./monitoring/objects";
import type { WatchedRegistry } from "./monitoring/registryAlerts";

interface MonitoringArgs {
  /** What is wanted, and the labels that Prometheus looks for. */
  wanted: NonNullable<StackConfig["monitoring"]>;
  /** The cluster's name, which a dashboard is known by. */
  cluster: string;
  registry: WatchedRegistry;
  /** Who reads the metrics; there where a ServiceMonitor is wanted. */
  account: { username: pulumi.Input<string>; password: pulumi.Input<string> } | undefined;
}

/** What Prometheus and Grafana of the cluster are told of the registry. */
class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("zot-fleet:index:Monitoring", name, {}, opts);
    const { wanted, cluster, registry, account } = args;
    const { namespace } = registry;
    const within = { parent: this };
    if (wanted.serviceMonitor && account !== undefined) {
      const credentials = new Secret(
        `${name}-credentials`,
        credentialsArgs(namespace, account),
        within,
      );
      new CustomResource(
        `${name}-service-monitor`,
        serviceMonitor(namespace, wanted.labels),
        // A scrape without its password would be refused.
        { ...within, dependsOn: credentials },
      );
    }
    if (wanted.rules)
      new CustomResource(`${name}-rules`, prometheusRule(registry, wanted.labels), within);
    if (wanted.dashboard)
      new ConfigMap(`${name}-dashboard`, dashboardArgs(cluster, registry), within);
    this.registerOutputs({});
  }
}

/** What a stack file wants of it, once its account may be handed out; nothing where it wants nothing. */
export const monitored = (
  name: string,
  { monitoring: wanted, cluster }: Pick<StackConfig, "monitoring" | "cluster">,
  registry: WatchedRegistry,
  scraper: Account | undefined,
  opts: pulumi.ComponentResourceOptions,
): Monitoring[] => {
  // Of a component without children nothing can depend.
  if (!wanted || !(wanted.serviceMonitor || wanted.rules || wanted.dashboard)) return [];
  const account = scraper && { username: scraper.username, password: passwordOf(scraper) };
  return [new Monitoring(name, { wanted, cluster: cluster.name, registry, account }, opts)];
};

const credentialsArgs = (
  namespace: string,
  { username, password }: NonNullable<MonitoringArgs["account"]>,
) => ({
  metadata: { name: credentialsName, namespace },
  type: "kubernetes.io/basic-auth",
  data: { username: base64(username), password: base64(password) },
});

const base64 = (text: pulumi.Input<string>) =>
  pulumi.secret(pulumi.output(text).apply((plain) => Buffer.from(plain).toString("base64")));

/** Grafana's sidecar finds it by its label, and writes the file into a folder that it shares with those of others. */
const dashboardArgs = (cluster: string, registry: WatchedRegistry) => ({
  metadata: {
    name: "zot-dashboard",
    namespace: registry.namespace,
    labels: { grafana_dashboard: "1" },
  },
  data: {
    [`zot-${cluster}-${registry.namespace}.json`]: JSON.stringify(
      dashboard(cluster, registry),
      null,
      2,
    ),
  },
});
