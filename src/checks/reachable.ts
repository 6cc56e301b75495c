import type { Check } from "./check";
import { failed, late, passed } from "./outcomes";

export const reachable: Check = {
  code: "ZF101",
  title: "the registry answers",
  hint: "Is the registry running, and does its address lead to it from here?",
  lag: 30_000,
  async run({ address, client }) {
    const { status } = await client().request({ method: "GET", path: "/v2/" });
    const words = `${address.url}/v2/ answers ${status}`;
    if (status === 200 || status === 401) return passed(words);
    // A gateway answers for a backend that is not there yet: 404 before it knows the route, 502 to 504 before the pod.
    const told = `${words}: not a registry, or not ready`;
    return status === 404 || status >= 500 ? late(told) : failed(told);
  },
};
