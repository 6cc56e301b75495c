import { spawn } from "node:child_process";
import { once } from "node:events";
import { ApiClient } from "./standIn/client";

/** A client of a real cluster's API, by `kubectl proxy`. */
export async function kubectlProxy(
  context: string,
): Promise<{ client: ApiClient; stop: () => void }> {
  const proxy = spawn("kubectl", ["proxy", "--port=0", "--context", context], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(proxy.stdout, "data")) as [Buffer];
  const [, address = ""] = /(127\.0\.0\.1:\d+)/.exec(said.toString()) ?? [];
  return { client: new ApiClient(`http://${address}`), stop: () => proxy.kill() };
}
