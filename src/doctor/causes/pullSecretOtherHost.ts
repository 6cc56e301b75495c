import type { Cause } from "../finding";
import { pullSecretTroubles } from "../pullSecretTroubles";

export const pullSecretOtherHost: Cause = {
  code: "ZD204",
  title: "the pull secret is for another host",
  hint: "Make the Secret for the host name that images are named by: with the port where they have one, without a scheme or a path.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "otherHost"),
};
