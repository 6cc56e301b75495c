import { fleet } from "../commands";
import { deniedPushes } from "../deniedPushes";
import type { Cause } from "../finding";

export const overwriteDenied: Cause = {
  code: "ZD208",
  title: "the tag exists, and the account may not overwrite it",
  hint: "Push under a new tag. Where a tag is meant to move, allow it: zot-fleet:access.",
  why: "Under a policy of read and create even the same image is denied a second time under its tag: that would be an update.",
  depth: 3,
  find: (snapshot) =>
    deniedPushes(snapshot, "over").map(({ name, image }) => ({
      subject: name,
      detail: `the push is denied, and the tag holds ${image?.digest ?? ""}`,
      command: fleet(snapshot, `inspect ${snapshot.registry.host}/${name}`),
    })),
};
