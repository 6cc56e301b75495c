import type { Cause } from "../finding";
import { pullSecretTroubles } from "../pullSecretTroubles";

export const mayNotPull: Cause = {
  code: "ZD209",
  title: "the account may not read the repository",
  hint: "Give the account the right to read it: zot-fleet:access. The longest pattern that matches a repository replaces shorter ones.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "notAllowed"),
};
