import type { V1Deployment, V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import type { KubernetesReader } from "../../cluster/kubernetes";
import { readRoute } from "../../cluster/routeStatus";
import { RegistryClient } from "../../registry/client";
import type { Finding } from "../check";
import { failed, late, passed, skipped, tell } from "../outcomes";
import type { ClusterCheck, ExpectedWorkload } from "./clusterChecks";

export const claimInUse: ClusterCheck = ({ namespace, claim, pod }, reader) => ({
  code: "ZF504",
  title: "the images lie on the claim that outlives the registry",
  hint: "Look at the claim's events: is there a StorageClass, and room? Does the pod mount another volume?",
  lag: 20_000,
  async run() {
    const [running, bound] = await Promise.all([
      reader.read<V1Pod>({ apiVersion: "v1", kind: "Pod", namespace, name: pod }),
      reader.read<V1PersistentVolumeClaim>({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace,
        name: claim,
      }),
    ]);
    if (running === undefined) return late(`there is no pod ${namespace}/${pod}`);
    if (bound === undefined) return failed(`there is no claim ${namespace}/${claim}`);
    const mounted = (running.spec?.volumes ?? []).some(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim,
    );
    if (!mounted) return failed(`the pod does not mount ${claim}`, claim);
    const phase = bound.status?.phase ?? "without a phase";
    const capacity = bound.status?.capacity?.["storage"] ?? "of unknown size";
    return phase === "Bound" ? passed(`bound, ${capacity}`, claim) : late(phase, claim);
  },
});

export const routesAccepted: ClusterCheck = ({ namespace, route }, reader) => ({
  code: "ZF501",
  title: "every gateway accepts the route",
  hint: "Is there a Gateway of that name where zot-fleet:cluster.gateways says (without a namespace: the registry's own), does its listener allow routes from the registry's namespace, and does its hostname fit?",
  lag: 60_000,
  async run() {
    if (route === undefined) return skipped("no gateway is declared");
    const answers = await readRoute(reader, namespace, route);
    if (answers === undefined)
      return failed(`there is no HTTPRoute ${namespace}/${route.name}`, route.name);
    return answers.map(({ gateway, accepted, message }) =>
      (accepted ? passed : late)(message, gateway),
    );
  },
});

/** No password goes there: a name that was given up may lead to somebody else by now. */
export const otherNames: ClusterCheck = ({ host, aliases = [] }) => ({
  code: "ZF506",
  title: "the registry's other names lead to it",
  hint: "Keep the name's DNS record, and a listener with a certificate for it, for as long as zot-fleet:cluster.aliases has it; take it out there when nobody names it any longer.",
  lag: 60_000,
  async run({ address }) {
    const url = new URL(address.url);
    if (url.host !== host) return skipped("the way from here does not lead through a gateway");
    const looked = await Promise.all(
      aliases.map((alias) =>
        tell(async (): Promise<Finding> => {
          const client = new RegistryClient({ ...address, url: `${url.protocol}//${alias}` });
          try {
            const { status } = await client.request({ method: "GET", path: "/v2/" });
            const words = `/v2/ answers ${status}`;
            return status === 200 || status === 401
              ? passed(words, alias)
              : late(`${words}, which no registry does`, alias);
          } finally {
            await client.close();
          }
        }, alias),
      ),
    );
    return looked.flat();
  },
});

export const workloadsCurrent: ClusterCheck = ({ workloads, host, aliases = [] }, reader) => ({
  code: "ZF505",
  title: "workloads run what their tags name",
  hint: "Does the workload pull always (imagePullPolicy), and has its rollout ended? `kubectl rollout restart` starts one.",
  lag: 120_000,
  async run() {
    if (workloads.length === 0) return skipped("no workload is named beside a seed");
    const found = await Promise.all(
      workloads.map((workload) => lookAtWorkload(workload, [host, ...aliases], reader)),
    );
    return found.flat();
  },
});

async function lookAtWorkload(
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
