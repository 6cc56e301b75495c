import type { Cause } from "../finding";
import { factsOf, referenceOf, subjectOf } from "../text";

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
          command: `kubectl -n ${each.namespace} delete pod ${each.pod}`,
        },
      ];
    }),
};
