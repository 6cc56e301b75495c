import { absentImages } from "../absentImages";
import { fleet } from "../commands";
import type { Cause } from "../finding";
import { nearestTo } from "../text";

export const tagAbsent: Cause = {
  code: "ZD301",
  title: "the repository has no such tag",
  hint: "Use a tag that is there, or push the missing one.",
  depth: 4,
  find: (snapshot) =>
    absentImages(snapshot, "tag").map(
      ({ subject, image: { repository, reference, tags = [] } }) => {
        const near = nearestTo(reference, tags);
        const some = near.length > 0 ? near : tags.slice(0, 3);
        const has = some.length === 0 ? "it has no tags" : `nearest: ${some.join(", ")}`;
        return {
          subject,
          detail: `${repository} has no tag ${reference}; ${has}`,
          command:
            some[0] === undefined
              ? undefined
              : fleet(snapshot, `inspect ${snapshot.registry.host}/${repository}:${some[0]}`),
        };
      },
    ),
};
