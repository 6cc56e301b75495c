import type { DeliveryClient } from "../keys/delivery/deliveryClient";
import { describeTarget, kindOf, type Target } from "../keys/delivery/allTargetKinds";
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
 * @param client asked for only where the cluster is looked at
 * @param olds the targets that the state has
 * @param label the key's: it holds the cluster's name
 */
export async function judgeTargets(
  client: () => DeliveryClient,
  label: string,
  olds: readonly Target[],
  targets: readonly Target[],
): Promise<Judged> {
  const cluster = /^[^:]*:(.*)\//.exec(label)?.[1] ?? "";
  const isDeployed = (target: Target) =>
    olds.some((old) => !differ({ target }, { target: old }, ["target"]));
  const problems = targets.flatMap((target) =>
    (kindOf(target)?.refusals?.(target, cluster) ?? []).map((words) => ({ target, words })),
  );
  for (const { target, words } of problems.filter((each) => isDeployed(each.target)))
    progress.say(`warning: ${describeTarget(target)}: ${words}`);
  const shared = targets.filter((target) => kindOf(target)?.foreign !== undefined);
  const foreign = await Promise.all(
    shared.map((target) => foreignIn(target, client(), !isDeployed(target))),
  );
  return {
    failures: problems
      .filter(({ target }) => !isDeployed(target))
      .map(({ target, words }) => ({
        property: "targets",
        reason: `${describeTarget(target)}: ${words}`,
      })),
    foreign: foreign.flatMap((found) => found ?? []),
  };
}

async function foreignIn(
  target: Target,
  { foreign }: DeliveryClient,
  isNew: boolean,
): Promise<string | undefined> {
  try {
    const found = await foreign(target);
    if (found !== undefined && isNew)
      progress.say(
        `${describeTarget(target)} exists and was not created for a key: only its entries for the login are written, and it is kept when the key is deleted`,
      );
    return found;
  } catch (error) {
    progress.say(`${describeTarget(target)} could not be looked at: ${messageOf(error)}`);
    return undefined;
  }
}
