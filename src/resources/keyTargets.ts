import type { DeliveryClient } from "../keys/delivery/deliveryClient";
import { describeTarget, type Target } from "../keys/delivery/target";
import { targetProblems } from "../keys/delivery/targetRules";
import { messageOf } from "../registry/exchange";
import { progress } from "./progress";
import { differ } from "./provider";

/** What a preview of a key says of its targets. */
interface Judged {
  /** What must not be deployed. */
  failures: { property: string; reason: string }[];
  /** Secrets, as namespace/name, that are there and were not made for a key. */
  foreign: string[];
}

/**
 * Judges a key's targets: what is newly forbidden is a failure of a new one, and a warning of one that is deployed.
 *
 * @param olds the targets that the state has
 * @param label the key's: it holds the cluster's name
 */
export async function judgeTargets(
  { foreign }: DeliveryClient,
  label: string,
  olds: readonly Target[],
  targets: readonly Target[],
): Promise<Judged> {
  const cluster = /^[^:]*:(.*)\//.exec(label)?.[1] ?? "";
  const isDeployed = (target: Target) =>
    olds.some((old) => !differ({ target }, { target: old }, ["target"]));
  const problems = targetProblems(targets, cluster);
  for (const { target, words } of problems.filter((each) => isDeployed(each.target)))
    progress.say(`warning: ${describeTarget(target)}: ${words}`);
  const looked = await Promise.all(
    targets.map((target) => lookAt(target, foreign, !isDeployed(target))),
  );
  return {
    failures: problems
      .filter(({ target }) => !isDeployed(target))
      .map(({ target, words }) => ({
        property: "targets",
        reason: `${describeTarget(target)}: ${words}`,
      })),
    foreign: looked.flatMap((found) => found ?? []),
  };
}

async function lookAt(
  target: Target,
  foreign: DeliveryClient["foreign"],
  isNew: boolean,
): Promise<string | undefined> {
  try {
    const found = await foreign(target);
    if (found !== undefined && isNew)
      progress.say(
        `${describeTarget(target)} is there, and was not made for a key: its keys for the login become ours, and nothing else of it; it stays when the key goes`,
      );
    return found;
  } catch (error) {
    progress.say(`${describeTarget(target)} could not be looked at: ${messageOf(error)}`);
    return undefined;
  }
}
