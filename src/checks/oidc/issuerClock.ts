import type { RawAnswer } from "../../registry/client";
import type { Check } from "../check";
import { failed, passed, skipped } from "../outcomes";
import { discoveryUrl } from "./discovery";
import { askProvider } from "./provider";
import { whereReachable } from "./whereReachable";

/** What Zot lets a token be from the future (pkg/api/authn.go, issuedAtOffset). */
const allowedMs = 5000;
/** `Date` has whole seconds (RFC 9110, 6.6.1). */
const roundingMs = 1000;

export const issuerClock: Check = {
  code: "ZF602",
  title: "the identity provider's clock agrees with the registry's",
  hint: "Is the time synchronised (NTP) at the provider, and on the registry's node? Zot refuses tokens that are more than 5 s from its future.",
  run: whereReachable(async ({ client }, oidc) => {
    const registry = await readClock(() => client().request({ method: "GET", path: "/v2/" }));
    const provider = await readClock(() =>
      askProvider(discoveryUrl(oidc.issuer), oidc, { method: "GET" }),
    );
    if (registry === undefined || provider === undefined)
      return skipped(`${registry === undefined ? "the registry's" : "its"} answers carry no Date`);
    const aheadMs = provider.aheadMs - registry.aheadMs;
    const words = `${Math.abs(aheadMs / 1000).toFixed(1)} s ${aheadMs < 0 ? "behind" : "ahead of"} the registry's`;
    // Where an answer took long, nobody knows when in that time the clock was read.
    const uncertainMs = (provider.travelMs + registry.travelMs) / 2 + roundingMs;
    return aheadMs - uncertainMs > allowedMs ? failed(`${words}; 5 s are allowed`) : passed(words);
  }),
};

interface Clock {
  /** How far it is ahead of ours. */
  aheadMs: number;
  travelMs: number;
}

async function readClock(ask: () => Promise<RawAnswer>): Promise<Clock | undefined> {
  const asked = Date.now();
  const { headers } = await ask();
  const travelMs = Date.now() - asked;
  const told = Date.parse(headers["date"] ?? "");
  return Number.isNaN(told) ? undefined : { aheadMs: told - (asked + travelMs / 2), travelMs };
}
