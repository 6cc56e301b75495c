import { showConfig } from "../commands";
import type { Cause } from "../finding";
import { deniedPushes } from "../deniedPushes";

export const mayNotPush: Cause = {
  code: "ZD210",
  title: "the account may not push there",
  hint: "Push as an account that may (ci-N, or one that zot-fleet:access names), or under a repository that this one may write to.",
  why: "Every account but ci and the admins is made for pulling. The longest pattern that matches a repository replaces shorter ones.",
  depth: 3,
  find: (snapshot) =>
    deniedPushes(snapshot, "new").map(({ name }) => ({
      subject: name,
      detail: "the push is denied, and nothing is there that it would overwrite",
      command: showConfig(snapshot),
    })),
};
