import type { Finding } from "../check";
import { failed, late, passed, skipped } from "../outcomes";
import type { ClusterCheck, ExpectedGateway } from "./expectations";

interface Condition {
  type: string;
  status: string;
  message?: string;
}

interface RouteStatus {
  status?: {
    parents?: {
      parentRef: { name: string; namespace?: string; sectionName?: string };
      conditions?: Condition[];
    }[];
  };
}

export const routesAccepted: ClusterCheck = ({ namespace, route }, reader) => ({
  code: "ZF501",
  title: "every gateway accepts the route",
  hint: "Is there a Gateway of that name where zot-fleet:cluster.gateways says (without a namespace: the registry's own), does its listener allow routes from the registry's namespace, and does its hostname fit?",
  lag: 60_000,
  async run() {
    if (route === undefined) return skipped("no gateway is declared");
    const kind = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" };
    const found = await reader.read<RouteStatus>({ ...kind, namespace, name: route.name });
    if (found === undefined) return failed(`there is no HTTPRoute ${namespace}/${route.name}`);
    const parents = found.status?.parents ?? [];
    return route.gateways.map((gateway): Finding => {
      const answers = parents.filter(({ parentRef }) => isFor(parentRef, gateway, namespace));
      return judge(
        gatewayText(gateway),
        answers.map(({ conditions = [] }) => conditions),
      );
    });
  },
});

function isFor(
  ref: { name: string; namespace?: string; sectionName?: string },
  gateway: ExpectedGateway,
  own: string,
): boolean {
  return (
    ref.name === gateway.name &&
    (ref.namespace ?? own) === (gateway.namespace ?? own) &&
    ref.sectionName === gateway.section
  );
}

function judge(subject: string, answers: Condition[][]): Finding {
  if (answers.length === 0) return late("no controller has answered for it", subject);
  const accepted = answers.find((conditions) =>
    ["Accepted", "ResolvedRefs"].every((type) =>
      conditions.some((condition) => condition.type === type && condition.status === "True"),
    ),
  );
  if (accepted !== undefined) return passed("accepted", subject);
  const words = answers.flat().filter(({ status }) => status !== "True");
  const detail = words.map(({ type, status, message = "" }) => `${type} is ${status}: ${message}`);
  return late(detail.join("; ") || "it says neither Accepted nor ResolvedRefs", subject);
}

function gatewayText({ name, namespace, section }: ExpectedGateway): string {
  const whole = namespace === undefined ? name : `${namespace}/${name}`;
  return section === undefined ? whole : `${whole}/${section}`;
}
