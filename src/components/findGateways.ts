import { kubernetesReader, type KubernetesReader } from "../cluster/kubernetes";
import type { Gateway } from "../facts/gateway";
import { gatewayIsThere } from "../facts/route";
import type { StackConfig } from "../config/stack";
import { pathText } from "../config/words";

/**
 * What a preview tells of Gateways that the cluster does not have: the route would be made, and lead nowhere. A cluster that
 * cannot be asked gives no warning: Pulumi's provider says so. The answer is waited for, so that a slow cluster does not give
 * another preview than a quick one; each request has its deadline in {@link kubernetesReader}.
 */
export async function gatewayWarnings(
  { cluster, registry }: Pick<StackConfig, "cluster" | "registry">,
  connect: (context: string) => Promise<Pick<KubernetesReader, "read">> = kubernetesReader,
): Promise<string[]> {
  const { gateways } = cluster;
  if (gateways.length === 0) return [];
  const missing = await connect(cluster.context)
    .then((reader) => missingOf(reader, registry.namespace, gateways))
    .catch(() => []);
  return missing.map(
    ({ name, namespace }) =>
      `${pathText(["cluster", "gateways"])}: there is no Gateway ${name} in the namespace ${namespace}: nobody reaches the registry through it. One in another namespace is written namespace/${name}`,
  );
}

async function missingOf(
  reader: Pick<KubernetesReader, "read">,
  own: string,
  gateways: readonly Gateway[],
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
