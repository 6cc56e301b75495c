import { distance } from "fastest-levenshtein";
import { isReached } from "../../facts/reach";
import { upstreamRefusal } from "../../facts/zotLog";
import { isDigest } from "../../images/reference";
import { curl, deployAgain, fleet, kubectl } from "../commands";
import { imageOf, subjectOf } from "../containers";
import { errorOf } from "../errorText";
import type { Cause } from "../finding";
import type { ImageFacts, Snapshot } from "../snapshot";

/** What of an image is not there, the first that applies. */
type Absence = "upstream" | "repository" | "digest" | "tag";

/** The images that somebody asks for and the registry lacks, each with who asks; none where the registry was not read. */
function absentImages(
  snapshot: Snapshot,
  absence: Absence,
): { subject: string; image: ImageFacts }[] {
  // A push makes what is not there.
  if (!isReached(snapshot.registry.reach) || errorOf(snapshot) !== "") return [];
  const { registry, cluster } = snapshot;
  return registry.images
    .filter((image) => absenceOf(snapshot, image) === absence)
    .flatMap((image) => {
      const asking = (cluster?.containers ?? []).find((each) => imageOf(snapshot, each) === image);
      // A seed that nobody asks for is a cause of its own.
      if (asking === undefined && image.seeded === true) return [];
      const separator = isDigest(image.reference) ? "@" : ":";
      const name = `${image.repository}${separator}${image.reference}`;
      return [{ subject: asking === undefined ? name : subjectOf(asking), image }];
    });
}

function absenceOf({ registry }: Snapshot, image: ImageFacts): Absence | undefined {
  const { repository, reference, digest, tags } = image;
  if (digest !== undefined) return undefined;
  const prefixes = registry.upstreamPrefixes ?? [];
  if (prefixes.some((prefix) => repository.startsWith(`${prefix}/`))) return "upstream";
  if (tags === undefined) return "repository";
  return isDigest(reference) ? "digest" : "tag";
}

/** Up to three names that are most like `wanted`; none that have nothing in common with it. */
function nearestTo(wanted: string, known: readonly string[]): string[] {
  return known
    .map((name) => ({ name, far: distance(wanted, name) }))
    .filter(({ name, far }) => far <= Math.max(3, Math.max(wanted.length, name.length) / 2))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

const tagAbsent: Cause = {
  code: "ZD301",
  title: "the repository has no such tag",
  hint: "Use a tag that is there, or push the missing one.",
  depth: 4,
  find: (snapshot) =>
    absentImages(snapshot, "tag").map(
      ({ subject, image: { repository, reference, tags = [] } }) => {
        const near = nearestTo(reference, tags);
        const some = near.length > 0 ? near : tags.slice(0, 3);
        const has = some.length === 0 ? "it has no tags" : `nearest: ${some.join(", ")}`;
        return {
          subject,
          detail: `${repository} has no tag ${reference}; ${has}`,
          command:
            some[0] === undefined
              ? undefined
              : fleet(snapshot, `inspect ${snapshot.registry.host}/${repository}:${some[0]}`),
        };
      },
    ),
};

const repositoryAbsent: Cause = {
  code: "ZD302",
  title: "the registry has no such repository",
  hint: "Correct the name, or push the image; an image that every deployment should bring belongs in zot-fleet:seeds.",
  depth: 4,
  find: (snapshot) =>
    absentImages(snapshot, "repository").map(({ subject, image: { repository } }) => {
      const near = nearestTo(repository, snapshot.registry.repositories ?? []);
      return {
        subject,
        detail: `there is no ${repository}${near.length === 0 ? "" : `; nearest: ${near.join(", ")}`}`,
        command: curl(snapshot, "/v2/_catalog"),
      };
    }),
};

const digestGone: Cause = {
  code: "ZD303",
  title: "the digest is gone: its tag moved",
  hint: "Use the digest that the tag names now, or push the old image again under a tag of its own, which keeps it.",
  why: "Zot drops a manifest at once when its last tag moves away: a workload that is pinned to the digest cannot be started again.",
  depth: 4,
  find: (snapshot) =>
    absentImages(snapshot, "digest").map(
      ({ subject, image: { repository, reference, tags = [] } }) => ({
        subject,
        detail: `${repository} has no ${reference}; its tags: ${tags.slice(0, 5).join(", ") || "none"}`,
        command:
          tags[0] === undefined
            ? undefined
            : fleet(snapshot, `inspect ${snapshot.registry.host}/${repository}:${tags[0]}`),
      }),
    ),
};

const upstreamLimit: Cause = {
  code: "ZD306",
  title: "an image from upstream is not there: a limit or a refusal may hide behind the 404",
  hint: "Look into the registry's log for 429 or 401 of the upstream. Wait, or give the mirror an account of the upstream.",
  why: "Zot answers 404 for whatever its upstream refuses: too many requests and wrong credentials look like an image that does not exist.",
  depth: 4,
  find: (snapshot) => {
    const pods = snapshot.cluster?.registryPods ?? [];
    return absentImages(snapshot, "upstream").map(({ subject, image: { repository } }) => {
      // One of them asked the upstream.
      const asked = pods.find(({ log }) => upstreamRefusal(log, repository) !== undefined);
      const reason = upstreamRefusal(asked?.log ?? "", repository);
      const pod = asked ?? pods[0];
      return {
        subject,
        detail: `${repository} comes from upstream${reason === undefined ? "" : `; by the registry's log ${reason}`}`,
        command:
          pod === undefined
            ? undefined
            : kubectl(
                snapshot,
                `-n ${pod.namespace} logs ${pod.name} --tail 2000 | grep '"repository":"${repository}"'`,
              ),
      };
    });
  },
};

const seedGone: Cause = {
  code: "ZD307",
  title: "an image that the stack seeds is not in the registry",
  hint: "Run pulumi up --refresh: it looks at every seed, and pushes what is missing. Where all of them are gone, look at the claim first: another volume, or an emptied one.",
  depth: 3,
  find: (snapshot) =>
    isReached(snapshot.registry.reach)
      ? snapshot.registry.images
          .filter(({ seeded, digest }) => seeded === true && digest === undefined)
          .map(({ repository, reference }) => ({
            subject: `${repository}:${reference}`,
            detail: "was seeded, and is gone",
            ...(snapshot.caller.localFolder === undefined
              ? { command: deployAgain(snapshot) }
              : { hint: "npm run local pushes again what is missing." }),
          }))
      : [],
};

/** Images that should be in the registry, and are not. */
export const absentImageCauses: readonly Cause[] = [
  tagAbsent,
  repositoryAbsent,
  digestGone,
  upstreamLimit,
  seedGone,
];
