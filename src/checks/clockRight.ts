import type { Check } from "./check";
import { failed, passed, skipped } from "./outcomes";

/** `Date` has whole seconds (RFC 9110, 6.6.1): what it says is up to a second old. */
const roundingMs = 500;

export const clockRight: Check = {
  code: "ZF106",
  title: "its clock agrees with ours",
  hint: "Is the time synchronised (NTP) on the registry's node, and here? Certificates, tokens and garbage collection go by it.",
  why: "A clock that is wrong makes certificates and API keys seem expired or not yet valid, and garbage collection delete what is new.",
  async run({ client, limits = {} }) {
    const { clockSkewSeconds = 60 } = limits;
    const asked = Date.now();
    const { headers } = await client().request({ method: "GET", path: "/v2/" });
    const travelMs = Date.now() - asked;
    const told = Date.parse(headers["date"] ?? "");
    if (Number.isNaN(told)) return skipped("its answers carry no Date");
    const skewMs = told + roundingMs - (asked + travelMs / 2);
    const words = `${Math.abs(skewMs / 1000).toFixed(1)} s ${skewMs < 0 ? "behind" : "ahead"}`;
    // Where the answer took long, nobody knows when in that time the clock was read.
    const certainMs = Math.abs(skewMs) - travelMs / 2 - roundingMs;
    return certainMs > clockSkewSeconds * 1000
      ? failed(`${words} of ours; ${clockSkewSeconds} s are allowed`)
      : passed(words);
  },
};
