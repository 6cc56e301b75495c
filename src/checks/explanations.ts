import type { Check } from "./check";
import { describedClusterChecks } from "./cluster/clusterChecks";
import { keyChecks } from "./keys/keyChecks";
import { registryChecks } from "./registryChecks";

/** What is to be known of a code, in the words of the check itself. */
export type Explanation = Pick<Check, "code" | "title" | "hint" | "why">;

/** Every check of a deployment, in the order they run. */
export function checkExplanations(): Explanation[] {
  return [...registryChecks, ...describedClusterChecks(), ...keyChecks].map(
    ({ code, title, hint, why }) => ({
      code,
      title,
      hint,
      ...(why === undefined ? {} : { why }),
    }),
  );
}
