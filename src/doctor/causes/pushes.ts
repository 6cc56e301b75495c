import { registryNames } from "../../facts/imageNames";
import { isReached } from "../../facts/reach";
import { uploadTimedOut } from "../../facts/zotLog";
import { deployWith, fleet, kubectl, showConfig } from "../commands";
import { errorOf } from "../errorText";
import type { Cause } from "../finding";
import { logsOf } from "../registryPods";
import type { ImageFacts, Snapshot } from "../snapshot";
import { wantedIn } from "../wanted";

/** The images whose push an error says is denied: over what is there already, or new ones. */
function deniedPushes(
  snapshot: Snapshot,
  which: "over" | "new",
): { name: string; image: ImageFacts | undefined }[] {
  const text = errorOf(snapshot);
  if (!/denied|\b403\b|forbidden/i.test(text)) return [];
  const { images } = snapshot.registry;
  return wantedIn(text, registryNames(snapshot.registry))
    .map(({ repository, reference }) => ({
      name: `${repository}:${reference}`,
      image: images.find((each) => each.repository === repository && each.reference === reference),
    }))
    .filter(({ image }) => (image?.digest !== undefined) === (which === "over"));
}

const overwriteDenied: Cause = {
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

const mayNotPush: Cause = {
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

const cut =
  /\bEOF\b|broken pipe|connection reset|\b50[234]\b|gateway time-?out|deadline exceeded|i\/o timeout|closed network connection/i;

/** What ended the push, where it is a timeout. */
function endOf(text: string, log: string): string | undefined {
  if (!/blob|upload|push|PATCH|PUT|writing/i.test(text)) return undefined;
  const said = cut.exec(text)?.[0];
  if (said !== undefined) return said;
  return /\b500\b/.test(text) && uploadTimedOut(log) ? "500, by its log an i/o timeout" : undefined;
}

const pushCut: Cause = {
  code: "ZD403",
  title: "a timeout cuts large pushes",
  hint: "Give one request as long as the largest layer takes: zot-fleet:zot.requestTimeout sets the registry's and the route's; a load balancer before the gateway has its own.",
  why: "From 2.1.17 Zot ends requests after 60 seconds by default, and gateways have timeouts of their own: small images pass, large layers never do.",
  depth: 4,
  find: (snapshot) => {
    const end = endOf(errorOf(snapshot), logsOf(snapshot.cluster));
    if (!isReached(snapshot.registry.reach) || end === undefined) return [];
    return [
      {
        subject: snapshot.registry.host,
        detail: `the push ends with ${end}, and the registry answers`,
        command: deployWith(snapshot, ["zot.requestTimeout", "4h"]),
      },
    ];
  },
};

const bodyTooLarge: Cause = {
  code: "ZD404",
  title: "a gateway or the registry refuses a body of this size",
  hint: "Lift the gateway's limit for bodies (413 for a layer); a manifest may have 4 MiB at most, whatever the gateway says.",
  depth: 4,
  find: (snapshot) =>
    /\b413\b|entity too large|content too large/i.test(errorOf(snapshot))
      ? [
          {
            subject: snapshot.registry.host,
            detail: "the push ends with 413",
            command: kubectl(snapshot, "get httproute,gateway --all-namespaces -o yaml"),
          },
        ]
      : [],
};

/** Pushes that are denied or cut, by the words they end with. */
export const pushCauses: readonly Cause[] = [overwriteDenied, mayNotPush, pushCut, bodyTooLarge];
