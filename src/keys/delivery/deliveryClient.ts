import type { Login } from "../../registry/dockerConfig";
import { askForge, readTexts } from "./forgeRequest";
import { DeliveryError, type DeliveryTools } from "./targetKind";
import { kindOf, type Target } from "./allTargetKinds";

/** Puts logins into targets, looks whether they are there, and takes them out: what their kinds do, and what holds where a kind does not. */
export interface DeliveryClient {
  /** @throws DeliveryError; the login may be there all the same */
  put: (target: Target, login: Login) => Promise<void>;
  /** Whether the target holds this login; undefined where it tells nobody, as forges do. @throws DeliveryError */
  holds: (target: Target, login: Login) => Promise<boolean | undefined>;
  /** @returns whether what held the login stays, because it was not made for a key @throws DeliveryError */
  withdraw: (target: Target, login: Login) => Promise<boolean>;
  /** What is there and was not made for a key, by its name. @throws DeliveryError */
  foreign: (target: Target) => Promise<string | undefined>;
}

/**
 * Delivers to real targets.
 *
 * @param tokens what `deliveryTokens` holds
 */
export function deliveryClient(tokens: Readonly<Record<string, string>>): DeliveryClient {
  const toolsFor = (target: Target): DeliveryTools => {
    const name = known(target).tokenName?.(target);
    const token = name === undefined ? "" : tokens[name];
    if (token === undefined)
      throw new DeliveryError(`zot-fleet:deliveryTokens has no token for ${name}`);
    return { token, askForge, readTexts };
  };
  return {
    put: async (target, login) => known(target).put(target, login, toolsFor(target)),
    holds: async (target, login) => known(target).holds?.(target, login, toolsFor(target)),
    withdraw: async (target, login) =>
      (await known(target).withdraw?.(target, login, toolsFor(target))) ?? false,
    foreign: async (target) => known(target).foreign?.(target),
  };
}

function known(target: Target) {
  const kind = kindOf(target);
  if (kind === undefined)
    throw new DeliveryError(`this version of zot-fleet knows no target ${target.to}`);
  return kind;
}
