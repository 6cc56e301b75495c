import { kubectl } from "../commands";
import type { Cause } from "../finding";
import { cannotPull, isNamedBy, namesOf, referenceOf, subjectOf } from "../text";

export const wrongHost: Cause = {
  code: "ZD201",
  title: "the image names another host",
  hint: "Write the registry's own host name before the repository.",
  why: "Without a host an image is Docker Hub's; under another host it needs other credentials and may be another image.",
  depth: 3,
  find: (snapshot) =>
    (snapshot.cluster?.containers ?? []).filter(cannotPull).flatMap((each) => {
      const { host, repositories = [] } = snapshot.registry;
      const { registry, repository = "" } = referenceOf(each.image) ?? {};
      if (isNamedBy(namesOf(snapshot.registry), each.image) || !repositories.includes(repository))
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
