import type { StackStatus, Verdict } from "./fleetStatus";
import type { Place } from "./place";

/** How a stack stands; see `Verdict`. What is pending is no problem: a deployment is on its way. */
export function verdictOf(place: Place, status: Omit<StackStatus, "verdict">): Verdict {
  const { deployed, unknown } = place;
  const { checks, findings, keys, problems, rotation } = status;
  if (deployed === undefined) {
    if (problems.length > 0) return "problems";
    return unknown === undefined ? "not deployed" : "unknown";
  }
  if (checks === undefined) return "unreachable";
  const wrong =
    findings.some((each) => each.status === "failed") ||
    keys.some(({ state }) => state === "expired") ||
    problems.length > 0 ||
    rotation.interrupted;
  return wrong ? "problems" : "fine";
}
