import type { Cause } from "../finding";
import { pullSecretTroubles } from "../pullSecretTroubles";

export const pullSecretRefused: Cause = {
  code: "ZD205",
  title: "the pull secret holds an account that is no longer accepted",
  hint: "The account was rotated away, or its password changed. Deploy again: it writes the newest account into every pull secret.",
  why: "The account before works until the next rotation, or not at all with keepPrevious: false. A Secret that zot-fleet does not manage is left behind.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "refused"),
};
