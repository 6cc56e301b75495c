import type { Cause } from "../finding";
import { pullSecretTroubles } from "../pullSecretTroubles";

export const pullSecretElsewhere: Cause = {
  code: "ZD203",
  title: "the pull secret is in another namespace",
  hint: "Name this namespace in zot-fleet:pullSecrets too: a Secret works in its own namespace only.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "elsewhere"),
};
