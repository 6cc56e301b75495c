import type { Cause } from "../finding";
import { absentImages } from "../absentImages";

/** What Zot writes when an upstream does not take its account, or asks for one (pkg/extensions/sync, errors). */
export const refusalLogged = "unauthorized access. check credentials";

export const upstreamLimit: Cause = {
  code: "ZD306",
  title: "an image from upstream is not there: a limit or a refusal may hide behind the 404",
  hint: "Look into the registry's log for 429 or 401 of the upstream. Wait, or give the mirror an account of the upstream.",
  why: "Zot answers 404 for whatever its upstream refuses: too many requests and wrong credentials look like an image that does not exist.",
  depth: 4,
  find: (snapshot) => {
    const pod = snapshot.cluster?.registryPod;
    const log = pod?.log ?? "";
    const limited = /\b429\b|toomanyrequests|rate limit/i.test(log);
    const told = log.includes(refusalLogged)
      ? ", which does not take the registry's account, as its log says"
      : limited
        ? ", whose limit the registry's log names"
        : "";
    return absentImages(snapshot, "upstream").map(({ subject, image: { repository } }) => ({
      subject,
      detail: `${repository} comes from upstream${told}`,
      command:
        pod === undefined
          ? `skopeo inspect docker://${repository}`
          : `kubectl -n ${pod.namespace} logs ${pod.name} | grep -E '429|401|toomanyrequests'`,
    }));
  },
};
