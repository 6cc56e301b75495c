import type { Cause } from "../finding";
import { parsePlatform, samePlatform } from "../../images/platform";
import { fleet } from "../commands";
import { factsOf, subjectOf } from "../text";

export const wrongArchitecture: Cause = {
  code: "ZD304",
  title: "the image is not built for the node",
  hint: "Push it for the node's platform too, as an index, or keep the pod on nodes of the right one by a nodeSelector (kubernetes.io/arch).",
  depth: 4,
  find: (snapshot) =>
    (snapshot.cluster?.containers ?? []).flatMap((each) => {
      const { platforms = [] } = factsOf(snapshot, each) ?? {};
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
