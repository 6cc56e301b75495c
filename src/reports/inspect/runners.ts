import type { V1Pod } from "@kubernetes/client-node";
import type { KubernetesReader } from "../../cluster/kubernetes";
import { parseReference } from "../../images/reference";
import type { Inspection, Runner } from "./inspection";

/**
 * The containers of a cluster whose image is this repository of this registry.
 *
 * @param host the registry as images name it; any where it is not known
 * @throws KubernetesError
 */
export async function findRunners(
  reader: KubernetesReader,
  host: string | undefined,
  image: Pick<Inspection, "repository" | "digest" | "images">,
): Promise<Runner[]> {
  const pods = await reader.list<V1Pod>({ apiVersion: "v1", kind: "Pod" });
  return runnersIn(pods, host, image);
}

/** The same, of pods that are known. */
export function runnersIn(
  pods: readonly V1Pod[],
  host: string | undefined,
  { repository, digest, images }: Pick<Inspection, "repository" | "digest" | "images">,
): Runner[] {
  const current = new Set([digest, ...images.map((each) => each.digest)]);
  return pods.flatMap(({ metadata, spec, status }) =>
    [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
      .filter(({ image = "" }) => isOf(image, host, repository))
      .map(({ name }): Runner => {
        const running = [
          ...(status?.containerStatuses ?? []),
          ...(status?.initContainerStatuses ?? []),
        ].find((each) => each.name === name);
        const held = /sha256:[0-9a-f]{64}$/.exec(running?.imageID ?? "")?.[0];
        const node = spec?.nodeName;
        return {
          namespace: metadata?.namespace ?? "",
          pod: metadata?.name ?? "",
          container: name,
          ...(node === undefined ? {} : { node }),
          ...(held === undefined ? {} : { digest: held }),
          current: held !== undefined && current.has(held),
        };
      }),
  );
}

function isOf(image: string, host: string | undefined, repository: string): boolean {
  try {
    const named = parseReference(image);
    return named.repository === repository && (host === undefined || named.registry === host);
  } catch {
    return false;
  }
}
