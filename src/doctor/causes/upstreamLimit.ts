import { absentImages } from "../absentImages";
import { kubectl } from "../commands";
import type { Cause } from "../finding";

/** What the registry's log says of its last try to fetch a repository, in words of ours: a log may hold anything. */
export function reasonIn(log: string, repository: string): string | undefined {
  const line = log
    .split("\n")
    .findLast((each) => each.includes("sync") && each.includes(`"repository":"${repository}"`));
  if (line === undefined) return undefined;
  const told = /"error":"([^"]*)/.exec(line)?.[1] ?? "";
  if (/\b429\b|toomanyrequests|rate limit/i.test(told)) return "it says 429, too many requests";
  if (/\b40[13]\b|unauthorized|challenge|denied/i.test(told)) return "it refuses the credentials";
  if (/\b404\b|not found/i.test(told)) return "it has no such image";
  return "it does not give it";
}

export const upstreamLimit: Cause = {
  code: "ZD306",
  title: "an image from upstream is not there: a limit or a refusal may hide behind the 404",
  hint: "Look into the registry's log for 429 or 401 of the upstream. Wait, or give the mirror an account of the upstream.",
  why: "Zot answers 404 for whatever its upstream refuses: too many requests and wrong credentials look like an image that does not exist.",
  depth: 4,
  find: (snapshot) => {
    const pod = snapshot.cluster?.registryPod;
    return absentImages(snapshot, "upstream").map(({ subject, image: { repository } }) => {
      const reason = reasonIn(pod?.log ?? "", repository);
      return {
        subject,
        detail: `${repository} comes from upstream${reason === undefined ? "" : `; by the registry's log ${reason}`}`,
        command:
          pod === undefined
            ? undefined
            : kubectl(
                snapshot,
                `-n ${pod.namespace} logs ${pod.name} --tail 2000 | grep '"repository":"${repository}"'`,
              ),
      };
    });
  },
};
