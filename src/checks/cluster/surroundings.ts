import { isRegistryStatus } from "../../cluster/endpoint";
import type { KubernetesReader } from "../../cluster/kubernetes";
import { readWorkload, type ContainerFacts } from "../../facts/containers";
import { isOfRepository, registryNames } from "../../facts/imageNames";
import { readApi } from "../../facts/reach";
import { readClaim, readRegistryPods } from "../../facts/registryObjects";
import { readRoute } from "../../facts/route";
import { RegistryClient } from "../../registry/client";
import type { Finding } from "../check";
import type { ExpectedWorkload } from "../expectations";
import { failed, late, nothingDeclared, passed, skipped, tell } from "../outcomes";
import type { ClusterCheck } from "./clusterChecks";

export const claimInUse: ClusterCheck = ({ namespace, claim, pod, replicas }, reader) => ({
  code: "ZF504",
  title: "the images lie on the claim that outlives the registry",
  hint: "Look at the claim's events: is there a StorageClass, and room? Does the pod mount another volume?",
  lag: 20_000,
  async run() {
    if (claim === undefined)
      return nothingDeclared(
        `there is no claim: the images lie in the bucket ${replicas?.bucket ?? ""}`,
      );
    const [[running], bound] = await Promise.all([
      readRegistryPods(reader, namespace, { pod }),
      readClaim(reader, namespace, claim),
    ]);
    if (running === undefined) return late(`there is no pod ${namespace}/${pod ?? "zot"}`);
    const { problem, capacity = "of unknown size" } = bound;
    if (problem?.kind === "unbound") return late(problem.words, claim);
    if (problem !== undefined) return failed(problem.words, claim);
    if (!running.claims.includes(claim)) return failed(`the pod does not mount ${claim}`, claim);
    return passed(`bound, ${capacity}`, claim);
  },
});

export const routesAccepted: ClusterCheck = ({ namespace, route }, reader) => ({
  code: "ZF501",
  title: "every gateway accepts the route",
  hint: "Is there a Gateway of that name where zot-fleet:cluster.gateways says (without a namespace: the registry's own), does its listener allow routes from the registry's namespace, and does its hostname fit?",
  lag: 60_000,
  async run() {
    if (route === undefined) return nothingDeclared("no gateway is declared");
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
          await using client = new RegistryClient({
            ...address,
            url: `${url.protocol}//${alias}`,
          });
          const { status } = await readApi(client);
          const words = `/v2/ answers ${status}`;
          return isRegistryStatus(status)
            ? passed(words, alias)
            : late(`${words}, which no registry does`, alias);
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
    if (workloads.length === 0) return nothingDeclared("no workload is named beside a seed");
    const found = await Promise.all(
      workloads.map((workload) => findingsOf(workload, registryNames({ host, aliases }), reader)),
    );
    return found.flat();
  },
});

async function findingsOf(
  workload: ExpectedWorkload,
  names: readonly string[],
  reader: KubernetesReader,
): Promise<Finding[]> {
  const { namespace, kind, name, repository, digests } = workload;
  const subject = `${namespace}/${kind.toLowerCase()}/${name}`;
  const all = await readWorkload(reader, workload);
  if (all === undefined) return [skipped("there is no such workload (yet)", subject)];
  const image = `${names[0] ?? ""}/${repository}`;
  const containers = all.filter((each) => isOfRepository(each.image, repository, names));
  const judged = containers.filter(({ volume, imported }) => !volume && !imported);
  // What cannot be seen is not called fine, and not wrong either.
  const unseen = [
    ...(containers.some(({ volume }) => volume)
      ? [`unknown: ${image} is an image volume, whose digest Kubernetes does not tell`]
      : []),
    ...(containers.some(({ imported }) => imported)
      ? [`unknown: ${image} was imported into its node, where it has no digest`]
      : []),
  ].map((detail) => skipped(detail, subject));
  if (judged.length > 0) return [judge(judged, digests, subject), ...unseen];
  return unseen.length > 0 ? unseen : [skipped(`unknown: no pod runs ${image}`, subject)];
}

/** A container that was not started yet is none that is current. */
function judge(
  containers: readonly ContainerFacts[],
  digests: readonly string[],
  subject: string,
): Finding {
  const stale = containers
    .map(({ pulled = "" }) => pulled)
    .filter((digest) => !digests.includes(digest));
  return stale.length === 0
    ? passed(`${containers.length} containers at ${digests[0] ?? ""}`, subject)
    : late(
        `${stale.length} of ${containers.length} containers at ${[...new Set(stale)].join(", ") || "no digest"}, the tag is at ${digests[0] ?? "none"}`,
        subject,
      );
}
