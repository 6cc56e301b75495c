import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { KubernetesReader } from "../../cluster/kubernetes";
import type { Finding } from "../check";
import { late, passed, skipped } from "../outcomes";
import type { ClusterCheck, ExpectedWorkload } from "./expectations";

export const workloadsCurrent: ClusterCheck = ({ workloads, host, aliases = [] }, reader) => ({
  code: "ZF505",
  title: "workloads run what their tags name",
  hint: "Does the workload pull always (imagePullPolicy), and has its rollout ended? `kubectl rollout restart` starts one.",
  lag: 120_000,
  async run() {
    if (workloads.length === 0) return skipped("no workload is named beside a seed");
    const found = await Promise.all(
      workloads.map((workload) => look(workload, [host, ...aliases], reader)),
    );
    return found.flat();
  },
});

async function look(
  workload: ExpectedWorkload,
  hosts: readonly string[],
  reader: KubernetesReader,
): Promise<Finding[]> {
  const { namespace, kind, name, repository, digests } = workload;
  const subject = `${namespace}/${kind.toLowerCase()}/${name}`;
  // A StatefulSet and a DaemonSet have the same fields here.
  const found = await reader.read<V1Deployment>({ apiVersion: "apps/v1", kind, namespace, name });
  if (found === undefined) return [skipped("there is no such workload (yet)", subject)];
  const labels = found.spec?.selector.matchLabels ?? {};
  const all = await reader.list<V1Pod>({ apiVersion: "v1", kind: "Pod", namespace }, labels);
  const pods = all.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const images = hosts.map((host) => `${host}/${repository}`);
  const image = images[0] ?? repository;
  const running = pods.flatMap((pod) => digestsOf(pod, images));
  // The digest behind an image volume is in no status: what cannot be seen is not called fine.
  const unseen = pods.some((pod) => hasImageVolume(pod, images))
    ? [
        skipped(
          `unknown: ${image} is an image volume, whose digest Kubernetes does not tell`,
          subject,
        ),
      ]
    : [];
  if (running.length > 0) return [judge(running, digests, subject), ...unseen];
  return unseen.length > 0 ? unseen : [skipped(`unknown: no pod runs ${image}`, subject)];
}

function judge(running: readonly string[], digests: readonly string[], subject: string): Finding {
  const stale = running.filter((digest) => !digests.includes(digest));
  return stale.length === 0
    ? passed(`${running.length} containers at ${digests[0] ?? ""}`, subject)
    : late(
        `${stale.length} of ${running.length} containers at ${[...new Set(stale)].join(", ") || "no digest"}, the tag is at ${digests[0] ?? "none"}`,
        subject,
      );
}

/** The digests of the containers of an image, by any of its names; an empty one where a container has not started. */
function digestsOf({ status, spec }: V1Pod, images: readonly string[]): string[] {
  const declared = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const ours = declared
    .filter((container) => isOf(container.image, images))
    .map(({ name }) => name);
  const states = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return ours.map(
    (name) => states.find((state) => state.name === name)?.imageID.split("@")[1] ?? "",
  );
}

function hasImageVolume({ spec }: V1Pod, images: readonly string[]): boolean {
  return (spec?.volumes ?? []).some((volume) => isOf(volume.image?.reference, images));
}

const isOf = (reference: string | undefined, images: readonly string[]) =>
  images.some(
    (image) =>
      reference === image ||
      reference?.startsWith(`${image}:`) === true ||
      reference?.startsWith(`${image}@`) === true,
  );
