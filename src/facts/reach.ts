import { isRegistryStatus } from "../cluster/endpoint";
import { RegistryError, type RawAnswer, type RegistryClient } from "../registry/client";
import type { FailureReason } from "../registry/errors";

/** How `/v2/` was answered to a stranger, or why it was not. */
export type Reach = { status: number } | { reason: FailureReason; message: string };

/** Asks for the root of the registry's API, which also tells whether the client's account is taken. @throws RegistryError */
export const readApi = (client: RegistryClient): Promise<RawAnswer> =>
  client.request({ method: "GET", path: "/v2/" });

/** Asks for the same without an account. */
export async function readReach(client: RegistryClient): Promise<Reach> {
  try {
    const { status } = await client.request({ method: "GET", path: "/v2/", authenticate: false });
    return { status };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return { reason: error.reason, message: error.message };
  }
}

/** Whether that was a registry's answer. */
export const isReached = (reach: Reach): boolean =>
  "status" in reach && isRegistryStatus(reach.status);
