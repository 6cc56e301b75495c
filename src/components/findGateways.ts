import { setTimeout as sleep } from "node:timers/promises";
import { kubernetesReader, type KubernetesReader } from "../cluster/kubernetes";
import { gatewayIsThere, type ExpectedGateway } from "../cluster/routeStatus";
import type { StackConfig } from "../config/stack";
import { pathText } from "../config/words";

/** Milliseconds that a preview waits for at most, which has other things to do meanwhile. */
const patience = 3000;

/**
 * What a preview tells of Gateways that the cluster does not have: the route would be made, and lead nowhere. A cluster that
 * cannot be asked, or not in time, is nobody's failure here: no warning.
 */
export async function gatewayWarnings(
  { cluster, registry }: Pick<StackConfig, "cluster" | "registry">,
  connect: (context: string) => Promise<Pick<KubernetesReader, "read">> = kubernetesReader,
): Promise<string[]> {
  const { gateways } = cluster;
  if (gateways.length === 0) return [];
  const given = new AbortController();
  const missing = connect(cluster.context)
    .then((reader) => missingOf(reader, registry.namespace, gateways))
    .catch(() => []);
  const late = sleep(patience, [], { signal: given.signal }).catch(() => []);
  const found = await Promise.race([missing, late]);
  given.abort();
  return found.map(
    ({ name, namespace }) =>
      `${pathText(["cluster", "gateways"])}: there is no Gateway ${name} in the namespace ${namespace}: nobody reaches the registry through it. One in another namespace is written namespace/${name}`,
  );
}

async function missingOf(
  reader: Pick<KubernetesReader, "read">,
  own: string,
  gateways: readonly ExpectedGateway[],
): Promise<{ name: string; namespace: string }[]> {
  const looked = await Promise.all(
    gateways.map(async ({ name, namespace = own }) => {
      // Not everybody may read the Gateways of every namespace.
      const there = await gatewayIsThere(reader, { name, namespace }).catch(() => true);
      return there ? [] : [{ name, namespace }];
    }),
  );
  return looked.flat();
}
