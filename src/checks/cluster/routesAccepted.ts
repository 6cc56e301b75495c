import { readRoute } from "../../cluster/routeStatus";
import { failed, late, passed, skipped } from "../outcomes";
import type { ClusterCheck } from "./expectations";

export const routesAccepted: ClusterCheck = ({ namespace, route }, reader) => ({
  code: "ZF501",
  title: "every gateway accepts the route",
  hint: "Is there a Gateway of that name where zot-fleet:cluster.gateways says (without a namespace: the registry's own), does its listener allow routes from the registry's namespace, and does its hostname fit?",
  lag: 60_000,
  async run() {
    if (route === undefined) return skipped("no gateway is declared");
    const answers = await readRoute(reader, namespace, route);
    if (answers === undefined)
      return failed(`there is no HTTPRoute ${namespace}/${route.name}`, route.name);
    return answers.map(({ gateway, accepted, message }) =>
      (accepted ? passed : late)(message, gateway),
    );
  },
});
