import { absentImages } from "../absentImages";
import { fleet } from "../commands";
import type { Cause } from "../finding";

export const digestGone: Cause = {
  code: "ZD303",
  title: "the digest is gone: its tag moved",
  hint: "Use the digest that the tag names now, or push the old image again under a tag of its own, which keeps it.",
  why: "Zot drops a manifest at once when its last tag moves away: a workload that is pinned to the digest cannot be started again.",
  depth: 4,
  find: (snapshot) =>
    absentImages(snapshot, "digest").map(
      ({ subject, image: { repository, reference, tags = [] } }) => ({
        subject,
        detail: `${repository} has no ${reference}; its tags: ${tags.slice(0, 5).join(", ") || "none"}`,
        command:
          tags[0] === undefined
            ? undefined
            : fleet(snapshot, `inspect ${snapshot.registry.host}/${repository}:${tags[0]}`),
      }),
    ),
};
