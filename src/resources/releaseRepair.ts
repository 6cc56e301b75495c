import type { ReleaseState } from "../cluster/releaseState";
import { byCheck, define, except } from "./define";
import type * as deployed from "./deployments/releaseRepair";

/** What of a look at the release matters here. Absent where nobody looked. */
export type FoundRelease = Pick<ReleaseState, "newest" | "unfinished" | "missing" | "stuck">;

export interface ReleaseRepairInputs {
  context: string;
  namespace: string;
  /** The name of the Helm release. */
  name: string;
  /** Seconds that Helm gives an operation: after them nobody works on one any more. */
  timeout: number;
  /** What is wanted of the release, as a hash: another one is another wish. */
  wanted: string;
  /** What the program saw of the release, where something is wrong with it. */
  found?: FoundRelease;
  /** True where the program looked, and Helm has no revision of the release. */
  none?: boolean;
  /** Whether the state has the release. Undefined where nobody knows. */
  inState?: boolean;
  /** What Helm has, in words, where neither the state has it nor anybody said that it is to be taken over. */
  taken?: string;
  /** What was repaired last, in words; another text is another repair. Set by the check, empty until there was one. */
  repair?: string;
  /** Whether another release is wanted than before. Set by the check. */
  edited?: boolean;
  /** Seconds that the operation before was given. Set by the check. */
  given?: number;
}

const insideRepair = except("the check makes a repair of what calls for one");

/**
 * Stands before the Helm release and brings it to where Helm upgrades it again: an operation that nobody works on any more is
 * closed as failed, and a pod that can never become ready is taken away. What it repairs is a text, which the release has as its
 * description: so one upgrade follows, which makes the cluster's objects what they should be. The text stays when all is well,
 * so that the next preview is empty.
 */
export const releaseRepair = define<
  ReleaseRepairInputs,
  ReleaseRepairInputs,
  "repair" | "edited" | "given"
>({
  name: "releaseRepair",
  inputs: {
    context: insideRepair,
    namespace: insideRepair,
    name: insideRepair,
    timeout: insideRepair,
    wanted: insideRepair,
    found: insideRepair,
    none: insideRepair,
    inState: insideRepair,
    taken: insideRepair,
    repair: { ...byCheck, differs: (olds, news) => (olds.repair ?? "") !== news.repair },
    edited: { ...insideRepair, ...byCheck },
    given: { ...insideRepair, ...byCheck },
  },
  outputs: {},
  check: (olds: Partial<ReleaseRepairInputs>, news) => {
    const { name, namespace, taken, timeout, wanted } = news;
    // Whoever died between Helm's end and the state's had this resource before.
    if (taken !== undefined && olds.name === undefined) {
      const reason =
        `Helm has a release ${name} in the namespace ${namespace}, which this stack did not make: ${taken}. ` +
        "Set zot-fleet:registry.adopt to true to take it over with its images, or another zot-fleet:registry.namespace.";
      return Promise.resolve({ inputs: news, failures: [{ property: "taken", reason }] });
    }
    const inputs = {
      ...news,
      repair: repairFor(olds, news),
      edited: olds.wanted !== wanted,
      given: Math.max(olds.timeout ?? 0, timeout),
    };
    return Promise.resolve({ inputs, failures: [] });
  },
  load: () => (require("./deployments/releaseRepair") as typeof deployed).releaseRepairDeployment,
});

/** The text for what is to be repaired; the one before where nothing is. The same trouble has the same text until it is over. */
function repairFor(
  olds: Partial<ReleaseRepairInputs>,
  { found, none, inState, wanted }: ReleaseRepairInputs,
): string {
  const before = olds.repair ?? "";
  // A release that never was is merely made.
  if (none === true) return (inState ?? olds.name !== undefined) ? lostText(before) : before;
  const { newest, unfinished, missing = [], stuck } = found ?? {};
  const revision = (at: { revision: number; begun: string }) =>
    `revision ${at.revision} of ${at.begun}`;
  if (unfinished !== undefined) return `${revision(unfinished)} did not end`;
  if (newest !== undefined && missing.length > 0)
    return `${missing.join(", ")} of ${revision(newest)} gone`;
  // A pod that crashes for a reason of its own is not to be helped by an upgrade to what it is.
  const helps = stuck !== undefined && (stuck.outdated || olds.wanted !== wanted);
  return helps ? `pod ${stuck.name} ${stuck.uid} did not start` : before;
}

const lostWords = "Helm had no revision";

/** Every time another text: the same one would be no repair. */
function lostText(before: string): string {
  const times = before.startsWith(lostWords) ? Number(/\d+/.exec(before)?.[0] ?? 1) + 1 : 1;
  return `${lostWords} (${times})`;
}

/** Whether the repair made a release again that Helm had nothing of. */
export const wasLost = (repair: string) => repair.startsWith(lostWords);
