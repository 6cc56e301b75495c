import type { Cause } from "../finding";
import { pullSecretTroubles } from "../pullSecretTroubles";

export const pullSecretNotAttached: Cause = {
  code: "ZD206",
  title: "the pull secret is there, and the pod does not name it",
  hint: "Set attach: true for the namespace in zot-fleet:pullSecrets, or name the Secret in the pod's imagePullSecrets; pods must be made anew.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "notAttached"),
};
