import { kubectl } from "../commands";
import type { Cause } from "../finding";
import type { ContainerFacts, Snapshot } from "../snapshot";
import { factsOf, referenceOf, subjectOf } from "../text";

/** A pod that nothing makes again is made again from what is known of it. */
function restart(snapshot: Snapshot, { namespace, pod, workload }: ContainerFacts): string {
  if (!workload.startsWith("pod/"))
    return kubectl(snapshot, `-n ${namespace} rollout restart ${workload}`);
  const read = kubectl(snapshot, `-n ${namespace} get pod ${pod} -o yaml`);
  return `${read} | ${kubectl(snapshot, "replace --force -f -")}`;
}

export const staleTag: Cause = {
  code: "ZD305",
  title: "a pod runs what its tag no longer names",
  hint: "Restart it with imagePullPolicy: Always, or name the workload in the seed's rollouts, which restarts it when the tag moves.",
  why: "A node that has an image of that name does not ask again unless the pull policy is Always, and a running pod never does.",
  depth: 5,
  find: (snapshot) =>
    (snapshot.cluster?.containers ?? []).flatMap((each) => {
      const { digest, children = [] } = factsOf(snapshot, each) ?? {};
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
