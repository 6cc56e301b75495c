import type { Cause } from "../finding";

export const claimUnbound: Cause = {
  code: "ZD107",
  title: "the registry's claim has no volume",
  hint: "Is there a StorageClass, the default one or zot-fleet:registry.storage.class, and room? The claim's events say what is missing.",
  depth: 1,
  find: ({ cluster }) => {
    const claim = cluster?.claim;
    if (claim === undefined || claim.phase === "Bound") return [];
    const command = `kubectl describe pvc --all-namespaces | grep -A40 ${claim.name}`;
    return [{ subject: claim.name, detail: claim.phase, command }];
  },
};
