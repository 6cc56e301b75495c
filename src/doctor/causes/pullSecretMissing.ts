import type { Cause } from "../finding";
import { pullSecretTroubles } from "../pullSecretTroubles";

export const pullSecretMissing: Cause = {
  code: "ZD202",
  title: "there is no pull secret for the registry",
  hint: "Name the namespace in zot-fleet:pullSecrets and deploy: it makes the Secret.",
  why: "The kubelet uses only Secrets of the pod's own namespace that the pod or its service account names.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "missing"),
};
