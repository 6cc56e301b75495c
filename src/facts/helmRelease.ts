import type { KubernetesReader } from "../cluster/kubernetes";
import { readRelease } from "../cluster/readRelease";
import { isOurs, releaseName } from "../zot/chartValues";

/** A Helm release by its newest revision, whoever made it. */
export interface HelmRelease {
  /** As `namespace/name`. */
  name: string;
  revision: number;
  chart: string;
  /** Who wrote it, as far as the API server was told. */
  writer?: string;
}

/** The release that a registry in `namespace` has, by its name; undefined where Helm knows none. @throws KubernetesError */
export async function readHelmRelease(
  reader: KubernetesReader,
  namespace: string,
): Promise<HelmRelease | undefined> {
  const { newest } = await readRelease(reader, { namespace, name: releaseName }, isOurs);
  if (newest === undefined) return undefined;
  const { revision, chart, writer } = newest;
  const name = `${namespace}/${releaseName}`;
  return { name, revision, chart, ...(writer === undefined ? {} : { writer }) };
}
