import type { Cause } from "../finding";

const words = /no space left on device|disk quota exceeded/i;

export const storageFull: Cause = {
  code: "ZD106",
  title: "the registry's storage is full",
  hint: "Let the claim grow (zot-fleet:registry.storage.size), or delete tags and wait for garbage collection (zot-fleet:zot.gcDelay).",
  why: "Pulls still work on a full volume, and pushes fail with 500: the registry's log has the reason, the client does not.",
  depth: 1,
  find: ({ cluster, errorText = "", registry }) => {
    const pod = cluster?.registryPod;
    const logged = pod?.log.split("\n").find((line) => words.test(line));
    if (logged === undefined && !words.test(errorText)) return [];
    const claim = cluster?.claim;
    const command =
      pod === undefined ? "df -h" : `kubectl -n ${pod.namespace} exec ${pod.name} -- df -h`;
    return [
      {
        subject: claim === undefined ? registry.host : `${claim.name}, ${claim.size}`,
        detail: `${logged === undefined ? "the error" : "its log"} says ${words.exec(logged ?? errorText)?.[0] ?? ""}`,
        command,
      },
    ];
  },
};
