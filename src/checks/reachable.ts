import type { Check } from "./check";
import { failed, passed } from "./outcomes";

export const reachable: Check = {
  code: "ZF101",
  title: "the registry answers",
  hint: "Is the registry running, and does its address lead to it from here?",
  lag: 30_000,
  async run({ address, client }) {
    const { status, headers } = await client().request({ method: "GET", path: "/v2/" });
    const version = headers["docker-distribution-api-version"];
    return status === 200 || status === 401
      ? passed(
          `${address.url}/v2/ answers ${status}${typeof version === "string" ? `, ${version}` : ""}`,
        )
      : failed(`${address.url}/v2/ answers ${status}: not a registry, or not ready`);
  },
};
