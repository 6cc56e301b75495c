import type { ClaimProblem } from "../../facts/registryObjects";
import { lineWithoutRoom, noRoomIn, timeOfLine } from "../../facts/zotLog";
import { curl, deployWith, kubectl } from "../commands";
import type { Cause } from "../finding";

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
    const logged = (cluster?.registryPods ?? []).flatMap(
      ({ log }) => lineWithoutRoom(log) ?? [],
    )[0];
    if (logged === undefined && noRoomIn(errorText) === undefined) return [];
    const claim = cluster?.claim;
    const time = timeOfLine(logged ?? "");
    const source = logged === undefined ? "the error says" : "its log says";
    const size = claim?.capacity;
    const larger = size === undefined ? undefined : doubled(size);
    return [
      {
        subject: claim === undefined ? registry.host : [claim.name, size ?? []].flat().join(", "),
        detail: `${source} ${noRoomIn(logged ?? errorText) ?? ""}${time === undefined ? "" : `, at ${time}`}`,
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
  title: "the registry's claim has no volume, or is about to lose it",
  hint: "Is there a StorageClass, the default one or zot-fleet:registry.storage.class, and room? The claim's events say what is missing.",
  depth: 1,
  find: (snapshot) => {
    const { claim, registryPlace } = snapshot.cluster ?? {};
    if (claim?.problem === undefined) return [];
    const { kind, words } = claim.problem;
    const place = registryPlace === undefined ? "" : `-n ${registryPlace.namespace} `;
    const command = kubectl(snapshot, `${place}describe pvc ${claim.name}`);
    const hint = otherHints[kind];
    return [
      { subject: claim.name, detail: words, command, ...(hint === undefined ? {} : { hint }) },
    ];
  },
};

const otherHints: Partial<Record<ClaimProblem["kind"], string>> = {
  absent:
    "Run pulumi up --refresh: it makes the claim again, and seeds what the stack declares. What else was pushed is lost, unless the old volume was retained.",
  deleted:
    "Do not restart the pod yet: a deletion cannot be taken back. First set persistentVolumeReclaimPolicy: Retain on its volume, or copy what no seed brings (skopeo sync). Then delete the pod, whose StatefulSet makes a new claim, and run pulumi up --refresh, which seeds it.",
};

const storageAway: Cause = {
  code: "ZD115",
  title: "the storage behind the registry does not answer",
  hint: "Look at the bucket itself, at zot-fleet:registry.storage.s3 (bucket, region, endpoint), at zot-fleet:s3Credentials or the pod's own identity and what the bucket's policy lets it do, and at what lies between: a network policy, a firewall, DNS. Push nothing and delete nothing on the word of a 404 until it answers. Where the bucket was emptied, pulumi up --refresh seeds it again.",
  why: "Zot answers 404 for every image while its bucket is away, and calls itself ready all the time. So an image that is always there, zot-fleet/sentinel:1, is asked for beside: where the registry does not have that one, its 404 says nothing of any other.",
  depth: 1,
  find: (snapshot) => {
    const { registry, cluster } = snapshot;
    if (registry.storageAway === undefined) return [];
    const place = cluster?.registryPlace;
    const logs = "logs -l app.kubernetes.io/name=zot --prefix --tail 500 | grep s3aws";
    return [
      {
        subject: registry.host,
        detail: registry.storageAway,
        command:
          place === undefined ? undefined : kubectl(snapshot, `-n ${place.namespace} ${logs}`),
      },
    ];
  },
};

/** Failed looks that are told: the others mostly say the same. */
const mostUnread = 5;

const unreadable: Cause = {
  code: "ZD117",
  title: "the registry answers, and does not give what it is asked for",
  hint: "The registry's log says why it answers 500. Where it answers something else than it was asked for (a digest, a length, pages without end, another host), look at what lies between: a proxy, a cache, a gateway.",
  why: "Nothing is known of what could not be read: it may be there. Other bytes under a digest are a damaged disk, or somebody who answers in the registry's place.",
  depth: 2,
  find: (snapshot) =>
    (snapshot.registry.unread ?? [])
      .slice(0, mostUnread)
      .map((detail) => ({ subject: snapshot.registry.host, detail })),
};

const tornRepository: Cause = {
  code: "ZD118",
  title: "the registry lists a repository that it cannot read",
  hint: "Its index.json on the registry's volume is empty: delete that file, and run pulumi up --refresh, or push again. An empty one holds nothing that could be lost.",
  why: "Zot makes index.json for a new repository, and on a full volume leaves it empty. Once there is room again it finds the file, and makes no other one: pulls answer 404, and every push 500, for good.",
  depth: 2,
  find: (snapshot) =>
    (snapshot.registry.torn ?? []).map((repository) => ({
      subject: repository,
      detail: `it is in the catalog, and /v2/${repository}/tags/list answers 404; look at ${repository}/index.json below the registry's storage.rootDirectory`,
      command: curl(snapshot, `/v2/${repository}/tags/list`),
    })),
};

/** What the registry keeps its images on: a volume, or a bucket. */
export const storageCauses: readonly Cause[] = [
  storageFull,
  claimUnbound,
  storageAway,
  unreadable,
  tornRepository,
];
