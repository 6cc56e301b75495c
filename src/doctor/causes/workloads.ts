import { cannotPull, type ContainerFacts } from "../../facts/containers";
import { isNamedBy, referenceOf, registryNames } from "../../facts/imageNames";
import { parsePlatform, samePlatform } from "../../images/platform";
import { fleet, kubectl } from "../commands";
import type { Cause } from "../finding";
import { imageOf, subjectOf } from "../containers";
import type { Snapshot } from "../snapshot";

const wrongHost: Cause = {
  code: "ZD201",
  title: "the image names another host",
  hint: "Write the registry's own host name before the repository.",
  why: "Without a host an image is Docker Hub's; under another host it needs other credentials and may be another image.",
  depth: 3,
  find: (snapshot) =>
    (snapshot.cluster?.containers ?? []).filter(cannotPull).flatMap((each) => {
      const { host, repositories = [] } = snapshot.registry;
      const { registry, repository = "" } = referenceOf(each.image) ?? {};
      if (
        isNamedBy(registryNames(snapshot.registry), each.image) ||
        !repositories.includes(repository)
      )
        return [];
      const image = `${host}/${each.image.slice(registry === undefined ? 0 : registry.length + 1)}`;
      return [
        {
          subject: subjectOf(each),
          detail: `${each.image} is of ${registry ?? "Docker Hub"}; this registry has ${repository}`,
          command: each.volume
            ? undefined
            : kubectl(
                snapshot,
                `-n ${each.namespace} set image ${each.workload} ${each.container}=${image}`,
              ),
        },
      ];
    }),
};

const wrongArchitecture: Cause = {
  code: "ZD304",
  title: "the image is not built for the node",
  hint: "Push it for the node's platform too, as an index, or keep the pod on nodes of the right one by a nodeSelector (kubernetes.io/arch).",
  depth: 4,
  find: (snapshot) =>
    (snapshot.cluster?.containers ?? []).flatMap((each) => {
      const { platforms = [] } = imageOf(snapshot, each) ?? {};
      const { platform, waiting } = each;
      if (platform === undefined || waiting === undefined || platforms.length === 0) return [];
      const wanted = parsePlatform(platform);
      if (platforms.some((has) => samePlatform(wanted, parsePlatform(has)))) return [];
      return [
        {
          subject: subjectOf(each),
          detail: `its node is ${platform}, the image is for ${platforms.join(", ")}`,
          command: fleet(snapshot, `inspect ${each.image}`),
        },
      ];
    }),
};

/** A pod that nothing makes again is made again from what is known of it. */
function restart(snapshot: Snapshot, { namespace, pod, workload }: ContainerFacts): string {
  if (!workload.startsWith("pod/"))
    return kubectl(snapshot, `-n ${namespace} rollout restart ${workload}`);
  const read = kubectl(snapshot, `-n ${namespace} get pod ${pod} -o yaml`);
  return `${read} | ${kubectl(snapshot, "replace --force -f -")}`;
}

const staleTag: Cause = {
  code: "ZD305",
  title: "a pod runs what its tag no longer names",
  hint: "Restart it with imagePullPolicy: Always, or name the workload in the seed's rollouts, which restarts it when the tag moves.",
  why: "A node that has an image of that name does not ask again unless the pull policy is Always, and a running pod never does.",
  depth: 5,
  find: (snapshot) =>
    (snapshot.cluster?.containers ?? []).flatMap((each) => {
      const { digest, children = [] } = imageOf(snapshot, each) ?? {};
      const { running } = each;
      if (running === undefined || digest === undefined) return [];
      if (referenceOf(each.image)?.digest !== undefined) return [];
      if (running === digest || children.includes(running)) return [];
      return [
        {
          subject: subjectOf(each),
          detail: `runs ${running}, the tag names ${digest} (imagePullPolicy ${each.pullPolicy})`,
          command: restart(snapshot, each),
        },
      ];
    }),
};

/** What pods name and run, beside what the registry has under that name. */
export const workloadCauses: readonly Cause[] = [wrongHost, wrongArchitecture, staleTag];
