import { absentImages } from "../absentImages";
import { curl } from "../commands";
import type { Cause } from "../finding";
import { nearestTo } from "../text";

export const repositoryAbsent: Cause = {
  code: "ZD302",
  title: "the registry has no such repository",
  hint: "Mend the name, or push the image; an image that every deployment should bring belongs into zot-fleet:seeds.",
  depth: 4,
  find: (snapshot) =>
    absentImages(snapshot, "repository").map(({ subject, image: { repository } }) => {
      const near = nearestTo(repository, snapshot.registry.repositories ?? []);
      return {
        subject,
        detail: `there is no ${repository}${near.length === 0 ? "" : `; nearest: ${near.join(", ")}`}`,
        command: curl(snapshot, "/v2/_catalog"),
      };
    }),
};
