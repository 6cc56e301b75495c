import type { Cause } from "../finding";
import { absentImages } from "../absentImages";

export const upstreamLimit: Cause = {
  code: "ZD306",
  title: "an image from upstream is not there: a limit or a refusal may hide behind the 404",
  hint: "Look into the registry's log for 429 or 401 of the upstream. Wait, or give the mirror an account of the upstream.",
  why: "Zot answers 404 for whatever its upstream refuses: too many requests and wrong credentials look like an image that does not exist.",
  depth: 4,
  find: (snapshot) => {
    const pod = snapshot.cluster?.registryPod;
    const told = pod?.log
      .split("\n")
      .find((line) => /\b429\b|toomanyrequests|rate limit/i.test(line));
    return absentImages(snapshot, "upstream").map(({ subject, image: { repository } }) => ({
      subject,
      detail: `${repository} comes from upstream${told === undefined ? "" : ", whose limit the registry's log names"}`,
      command:
        pod === undefined
          ? `skopeo inspect docker://${repository}`
          : `kubectl -n ${pod.namespace} logs ${pod.name} | grep -E '429|401|toomanyrequests'`,
    }));
  },
};
