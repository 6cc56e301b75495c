import { deployWith } from "../commands";
import type { Cause } from "../finding";
import { answers, errorOf } from "../text";

const cut =
  /\bEOF\b|broken pipe|connection reset|\b50[234]\b|gateway time-?out|deadline exceeded|i\/o timeout|closed network connection/i;

/** Zot's own timeout ends an upload with 500, and only its log says why (pkg/api/routes.go, PatchBlobUpload). */
const cutByZot = /"message":"unexpected error, removing \.uploads\/ files"[^\n]*i\/o timeout/;

/** What ended the push, where it is a timeout. */
function endOf(text: string, log: string): string | undefined {
  if (!/blob|upload|push|PATCH|PUT|writing/i.test(text)) return undefined;
  const told = cut.exec(text)?.[0];
  if (told !== undefined) return told;
  return /\b500\b/.test(text) && cutByZot.test(log) ? "500, by its log an i/o timeout" : undefined;
}

export const pushCut: Cause = {
  code: "ZD403",
  title: "a timeout cuts large pushes",
  hint: "Give one request as long as the largest layer takes: zot-fleet:zot.requestTimeout sets the registry's and the route's; a load balancer before the gateway has its own.",
  why: "From 2.1.17 Zot ends requests after 60 seconds by default, and gateways have timeouts of their own: small images pass, large layers never do.",
  depth: 4,
  find: (snapshot) => {
    const end = endOf(errorOf(snapshot), snapshot.cluster?.registryPod?.log ?? "");
    if (!answers(snapshot) || end === undefined) return [];
    return [
      {
        subject: snapshot.registry.host,
        detail: `the push ends with ${end}, and the registry answers`,
        command: deployWith(snapshot, ["zot.requestTimeout", "4h"]),
      },
    ];
  },
};
