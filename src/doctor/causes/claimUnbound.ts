import { kubectl } from "../commands";
import type { Cause } from "../finding";

export const claimUnbound: Cause = {
  code: "ZD107",
  title: "the registry's claim has no volume",
  hint: "Is there a StorageClass, the default one or zot-fleet:registry.storage.class, and room? The claim's events say what is missing.",
  depth: 1,
  find: (snapshot) => {
    const { claim, registryPlace } = snapshot.cluster ?? {};
    if (claim === undefined || claim.phase === "Bound") return [];
    const place = registryPlace === undefined ? "" : `-n ${registryPlace.namespace} `;
    const command = kubectl(snapshot, `${place}describe pvc ${claim.name}`);
    return [{ subject: claim.name, detail: claim.phase, command }];
  },
};
