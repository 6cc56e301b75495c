import type { Cause } from "../finding";
import { errorOf } from "../text";

export const overwriteDenied: Cause = {
  code: "ZD208",
  title: "the tag exists, and the account may not overwrite it",
  hint: "Push under a new tag. Where a tag is meant to move, allow it: zot-fleet:access.",
  why: "Under a policy of read and create even the same image is denied a second time under its tag: that would be an update.",
  depth: 3,
  find: (snapshot) => {
    const text = errorOf(snapshot);
    if (!/denied|\b403\b|forbidden/i.test(text)) return [];
    return snapshot.registry.images
      .filter(({ reference, digest }) => digest !== undefined && text.includes(reference))
      .map(({ repository, reference, digest = "" }) => ({
        subject: `${repository}:${reference}`,
        detail: `the push is denied, and the tag holds ${digest}`,
        command: `zot-fleet inspect ${snapshot.registry.host}/${repository}:${reference}`,
      }));
  },
};
