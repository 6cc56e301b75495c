import { deployWith } from "../commands";
import type { Cause } from "../finding";
import { answers, errorOf } from "../text";

const cut =
  /\bEOF\b|broken pipe|connection reset|\b50[234]\b|gateway time-?out|deadline exceeded|i\/o timeout|closed network connection/i;

export const pushCut: Cause = {
  code: "ZD403",
  title: "a timeout cuts large pushes",
  hint: "Give one request as long as the largest layer takes: zot-fleet:zot.requestTimeout sets the registry's and the route's; a load balancer before the gateway has its own.",
  why: "From 2.1.17 Zot ends requests after 60 seconds by default, and gateways have timeouts of their own: small images pass, large layers never do.",
  depth: 4,
  find: (snapshot) => {
    const text = errorOf(snapshot);
    const pushing = /blob|upload|push|PATCH|PUT|writing/i.test(text);
    if (!answers(snapshot) || !pushing || !cut.test(text)) return [];
    return [
      {
        subject: snapshot.registry.host,
        detail: `the push ends with ${cut.exec(text)?.[0] ?? ""}, and the registry answers`,
        command: deployWith(snapshot, ["zot.requestTimeout", "4h"]),
      },
    ];
  },
};
