import type { ClusterFacts } from "./snapshot";

/** What is read of an HTTPRoute's status (Gateway API, RouteStatus). */
export interface RouteObject {
  status?: {
    parents?: {
      parentRef: { name: string; namespace?: string };
      conditions?: { type: string; status: string; message?: string }[];
    }[];
  };
}

/** What every gateway says of a route; a route that is not there, or that nobody answered for, is not accepted. */
export function routeFacts(
  name: string,
  route: RouteObject | undefined,
): NonNullable<ClusterFacts["route"]> {
  if (route === undefined) return nobody(name, "there is no HTTPRoute");
  const parents = (route.status?.parents ?? []).map(({ parentRef, conditions = [] }) => {
    const wrong = conditions.filter(
      ({ type, status }) => ["Accepted", "ResolvedRefs"].includes(type) && status !== "True",
    );
    const gateway = [parentRef.namespace, parentRef.name].filter(Boolean).join("/");
    const message = wrong.map(({ type, message: words = "" }) => `${type}: ${words}`).join("; ");
    return { gateway, accepted: wrong.length === 0, message };
  });
  return parents.length === 0 ? nobody(name, "no controller has answered") : { name, parents };
}

const nobody = (name: string, message: string) => ({
  name,
  parents: [{ gateway: name, accepted: false, message }],
});
