import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "./standIn/client";

interface Route {
  metadata: { name: string; generation: number };
  spec: { parentRefs: { name: string; namespace?: string }[] };
  status?: { parents?: { conditions: { observedGeneration?: number }[] }[] };
}

const gatewayApi = "/apis/gateway.networking.k8s.io/v1/namespaces";

/**
 * Says of the routes in a namespace what a Gateway's controller says of those to Gateways that there are, until it is stopped: for
 * clusters in which nobody serves them.
 */
export function playGateways(client: ApiClient, namespace: string): { stop: () => void } {
  const playing = { over: false };
  void (async () => {
    while (!playing.over) {
      // The namespace comes and goes.
      await acceptRoutes(client, namespace).catch(() => undefined);
      await sleep(500);
    }
  })();
  return {
    stop: () => {
      playing.over = true;
    },
  };
}

async function acceptRoutes(client: ApiClient, namespace: string): Promise<void> {
  const routes = await client.list(`${gatewayApi}/${namespace}/httproutes`);
  for (const { metadata, spec, status } of routes as unknown as Route[]) {
    const { name, generation } = metadata;
    const seen = status?.parents?.every(({ conditions }) =>
      conditions.every((each) => each.observedGeneration === generation),
    );
    if (seen === true && status?.parents?.length === spec.parentRefs.length) continue;
    const conditions = ["Accepted", "ResolvedRefs"].map((type) => ({
      type,
      status: "True",
      reason: type,
      message: "",
      observedGeneration: generation,
      lastTransitionTime: new Date().toISOString(),
    }));
    const parents = await Promise.all(
      spec.parentRefs.map(async (parentRef) => {
        const { name: gateway, namespace: its = namespace } = parentRef;
        return (await client.get(`${gatewayApi}/${its}/gateways/${gateway}`)) === undefined
          ? []
          : [{ parentRef, controllerName: "zot-fleet.test/gateway", conditions }];
      }),
    );
    await client.patch(`${gatewayApi}/${namespace}/httproutes/${name}/status`, {
      status: { parents: parents.flat() },
    });
  }
}
