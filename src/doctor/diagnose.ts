import { allCauses } from "./allCauses";
import type { Finding } from "./finding";
import type { Snapshot } from "./snapshot";

/**
 * What is wrong, the most likely cause first: what lies nearer to the root, then what most things suffer from. Evidence of one
 * cause stays together.
 */
export function diagnose(snapshot: Snapshot): Finding[] {
  return allCauses
    .map((cause) => ({ cause, evidence: cause.find(snapshot) }))
    .filter(({ evidence }) => evidence.length > 0)
    .sort(
      (a, b) =>
        a.cause.depth - b.cause.depth ||
        b.evidence.length - a.evidence.length ||
        (a.cause.code < b.cause.code ? -1 : 1),
    )
    .flatMap(({ cause: { code, title, hint, depth }, evidence }) =>
      evidence.map((each) => ({ code, title, hint, depth, ...each })),
    );
}
