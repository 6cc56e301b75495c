import type { DeliveryClient } from "../../keys/delivery/deliveryClient";
import { describeTarget, kindOf, type Target } from "../../keys/delivery/allTargetKinds";
import type { Login } from "../../registry/dockerConfig";
import { messageOf } from "../../registry/exchange";
import { progress } from "../progress";
import { differ } from "../provider";

/**
 * Puts a login everywhere, and reads it back where that can be read. Every target has its turn.
 *
 * @throws Error with everything that failed
 */
export async function deliver(
  { put, holds }: DeliveryClient,
  targets: readonly Target[],
  login: Login,
): Promise<void> {
  const failures = await Promise.all(
    targets.map(async (target) => {
      try {
        await put(target, login);
        const there = await holds(target, login);
        return there === false ? [`${describeTarget(target)} does not hold what was written`] : [];
      } catch (error) {
        return [`${describeTarget(target)}: ${messageOf(error)}`];
      }
    }),
  );
  if (failures.flat().length > 0) throw new Error(failures.flat().join("; "));
}

/** The first target that was seen not to hold a login, in words; undefined where all that can be read do. */
export async function notHeld(
  { holds }: DeliveryClient,
  targets: readonly Target[],
  login: Login,
): Promise<string | undefined> {
  for (const target of targets) {
    if (kindOf(target)?.ofThisMachine === true) continue;
    if ((await holds(target, login)) === false) return `${describeTarget(target)} does not hold it`;
  }
  return undefined;
}

/** A login that works no more is taken away where it can be seen to lie; where it cannot, it harms nobody. */
export async function withdraw(
  deliveryClient: DeliveryClient,
  targets: readonly Target[],
  logins: readonly Login[],
): Promise<void> {
  for (const target of targets) {
    try {
      for (const login of logins)
        if (await deliveryClient.withdraw(target, login))
          progress.say(
            `${describeTarget(target)} was not created for a key: it is kept, without the revoked key`,
          );
    } catch (error) {
      progress.say(`${describeTarget(target)} still holds a revoked key: ${messageOf(error)}`);
    }
  }
}

/** The targets of `olds` that `news` has no more. */
export const dropped = (olds: readonly Target[], news: readonly Target[]): Target[] =>
  olds.filter((old) => news.every((each) => differ({ old }, { old: each }, ["old"])));
