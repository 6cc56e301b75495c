import { accountChecks } from "./accounts";
import { keyChecks } from "./apiKeys";
import { certificateChecks } from "./certificates";
import type { Check } from "./check";
import { describedClusterChecks } from "./cluster/clusterChecks";
import { listingChecks, nothingElse } from "./imagesListed";
import { wholenessChecks } from "./imagesWhole";
import { listHeld } from "./listHeld";
import { oidcChecks } from "./oidc/oidcChecks";
import { programChecks } from "./program";
import { clockRight, reachChecks } from "./reach";
import { rightsByRole } from "./rights";
import { upstreamChecks } from "./upstreams";

/** The checks of a registry, in the order they run: the first decides whether there is one to look at. */
export const registryChecks: readonly Check[] = [
  ...reachChecks,
  ...certificateChecks,
  clockRight,
  ...accountChecks,
  rightsByRole,
  ...listingChecks,
  ...wholenessChecks,
  nothingElse,
  ...programChecks,
  ...oidcChecks,
  ...upstreamChecks,
];

/** What is to be known of a code, in the words of the check itself. */
export type Explanation = Pick<Check, "code" | "title" | "hint" | "why">;

/** Every check of a deployment, in the order they run, and the one that is made by hand alone. */
export function checkExplanations(): Explanation[] {
  return [...registryChecks, ...describedClusterChecks(), ...keyChecks, listHeld].map(
    ({ code, title, hint, why }) => ({
      code,
      title,
      hint,
      ...(why === undefined ? {} : { why }),
    }),
  );
}
