import { deployWith, kubectl } from "../commands";
import type { Cause } from "../finding";

const noRoom = /no space left on device|disk quota exceeded/i;

const landed = /"method":"PUT","path":"[^"]*\/manifests\/[^"]*","statusCode":201/;

/** The newest line that says that there is no room, unless a whole image landed afterwards. */
function fullIn(log: string): string | undefined {
  const lines = log.split("\n");
  const at = lines.findLastIndex((line) => noRoom.test(line));
  return lines.slice(at).some((line) => landed.test(line)) ? undefined : lines[at];
}

/** Twice of what a claim of whole units has: `40Gi`. */
function doubled(size: string): string | undefined {
  const [, amount = "", unit = ""] = /^(\d+)(\D*)$/.exec(size) ?? [];
  return amount === "" ? undefined : `${Number(amount) * 2}${unit}`;
}

const storageFull: Cause = {
  code: "ZD106",
  title: "the registry's storage is full",
  hint: "Let the claim grow (zot-fleet:registry.storage.size), or delete tags and wait for garbage collection (zot-fleet:zot.gcDelay).",
  why: "Pulls still work on a full volume, and pushes fail with 500: the registry's log has the reason, the client does not.",
  depth: 1,
  find: (snapshot) => {
    const { cluster, errorText = "", registry } = snapshot;
    const logged = fullIn(cluster?.registryPod?.log ?? "");
    if (logged === undefined && !noRoom.test(errorText)) return [];
    const claim = cluster?.claim;
    const time = /"time":"([^".]*)/.exec(logged ?? "")?.[1];
    const source = logged === undefined ? "the error says" : "its log says";
    const larger = claim === undefined ? undefined : doubled(claim.size);
    return [
      {
        subject: claim === undefined ? registry.host : `${claim.name}, ${claim.size}`,
        detail: `${source} ${noRoom.exec(logged ?? errorText)?.[0] ?? ""}${time === undefined ? "" : `, at ${time}`}`,
        command:
          larger === undefined
            ? undefined
            : deployWith(snapshot, ["registry.storage.size", larger]),
      },
    ];
  },
};

const claimUnbound: Cause = {
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

/** The volume that the registry keeps its images on. */
export const storageCauses: readonly Cause[] = [storageFull, claimUnbound];
