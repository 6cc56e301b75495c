import { kindsOf } from "../cluster/kubernetes";

/** Of Prometheus' operator (github.com/prometheus-operator/prometheus-operator). */
const version = { group: "monitoring.coreos.com", version: "v1" };
export const monitoringApiVersion = `${version.group}/${version.version}`;

/** The kinds of Prometheus' operator that a cluster has; none where it has no operator. @throws KubernetesError */
export const readMonitoringKinds = (context: string): Promise<string[]> =>
  kindsOf(context, version);
