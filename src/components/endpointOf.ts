import type { Endpoint } from "../cluster/endpoint";
import { registryHost } from "../config/cluster";
import type { StackConfig } from "../config/stack";
import { chartNames, zotPort } from "../zot/chartValues";
import { sentinelImage } from "../zot/sentinel";
import { sharedStorageOf } from "./sharedStorage";

/**
 * How the registry is reached from where the deployment runs: as the stack file says, else by its route, which is how clients
 * reach it, else by a port-forward where there is no route.
 */
export function endpointOf(
  config: Pick<StackConfig, "cluster" | "endpoint" | "registry">,
): Endpoint {
  const { endpoint, cluster, registry } = config;
  const sentinel = sharedStorageOf(config) === undefined ? {} : { sentinel: sentinelImage };
  const via = endpoint?.via ?? (cluster.gateways.length > 0 ? "route" : "port-forward");
  if (via === "port-forward") {
    const { context } = cluster;
    return {
      via,
      context,
      namespace: registry.namespace,
      service: chartNames.service,
      port: zotPort,
      ...sentinel,
    };
  }
  const url = endpoint?.url ?? `https://${registryHost(cluster)}`;
  const { ca, connect } = endpoint ?? {};
  return {
    via,
    url,
    ...(ca === undefined ? {} : { ca }),
    ...(connect === undefined ? {} : { connect }),
    ...sentinel,
  };
}
