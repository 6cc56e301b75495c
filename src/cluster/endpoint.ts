import { setTimeout as sleep } from "node:timers/promises";
import type { RegistryAddress } from "../registry/address";
import { RegistryClient, RegistryError } from "../registry/client";
import { KubernetesError } from "./kubernetes";
import { withPortForward, type ForwardTarget } from "./portForward";

/** At an address that is given, whoever answers there. */
export interface AddressEndpoint extends RegistryAddress {
  via: "address";
}

/** By the host name under which the cluster's gateways serve the registry, with TLS. */
export interface RouteEndpoint extends RegistryAddress {
  via: "route";
}

/** By a port-forward to the registry's Service, through the cluster's API server. */
export interface PortForwardEndpoint extends ForwardTarget, Pick<RegistryAddress, "sentinel"> {
  via: "port-forward";
}

/** How a registry is reached from where the deployment runs. */
export type Endpoint = AddressEndpoint | RouteEndpoint | PortForwardEndpoint;

/** The registry does not answer by the chosen way. The message says what to set. */
class EndpointError extends Error {
  override readonly name = "EndpointError";
}

export interface EndpointOptions {
  /** Milliseconds for a new route to begin to answer: gateways take seconds. @default 60 000 */
  patience?: number;
}

/**
 * Runs `work` with an address that leads to the registry from here; a port-forward lives as long as the work.
 *
 * @throws EndpointError when a route does not answer, with the setting that helps
 * @throws KubernetesError when a port-forward has nowhere to go
 */
export async function withEndpoint<T>(
  endpoint: Endpoint,
  work: (address: RegistryAddress) => Promise<T>,
  { patience = 60_000 }: EndpointOptions = {},
): Promise<T> {
  if (endpoint.via === "port-forward") return forwarded(endpoint, work);
  const { via, ...address } = endpoint;
  if (via === "route") await routeAnswers(address, patience);
  return work(address);
}

/** Why nothing that is a registry answers by this way now, in words; undefined where one does. One look, without patience. */
export async function unreachableReason(endpoint: Endpoint): Promise<string | undefined> {
  try {
    const look = (address: RegistryAddress) => problemOf(address);
    if (endpoint.via === "port-forward") return await forwarded(endpoint, look);
    const { via: _, ...address } = endpoint;
    return await look(address);
  } catch (error) {
    if (error instanceof KubernetesError) return error.message;
    throw error;
  }
}

/** The sentinel is of the registry and not of the way to it: works that overlap share a forward, whatever they ask for. */
function forwarded<T>(
  { via: _, sentinel, ...target }: PortForwardEndpoint,
  work: (address: RegistryAddress) => Promise<T>,
): Promise<T> {
  return withPortForward(target, (url) =>
    work({ url, ...(sentinel === undefined ? {} : { sentinel }) }),
  );
}

/** Waits until something that is a registry answers at the route. */
async function routeAnswers(address: RegistryAddress, patience: number): Promise<void> {
  const deadline = Date.now() + patience;
  for (let pause = 250; ; pause = Math.min(pause * 2, 4000)) {
    const problem = await problemOf(address);
    if (problem === undefined) return;
    if (Date.now() + pause > deadline) throw new EndpointError(adviceFor(address, problem));
    await sleep(pause);
  }
}

/** Whether `/v2/` is answered so by a registry, to whom it knows or to a stranger: gateways give neither by themselves. */
export const isRegistryStatus = (status: number) => status === 200 || status === 401;

async function problemOf(address: RegistryAddress): Promise<string | undefined> {
  await using client = new RegistryClient({ ...address, retries: 0, timeoutMs: 10_000 });
  try {
    const { status } = await client.request({ method: "GET", path: "/v2/" });
    return isRegistryStatus(status)
      ? undefined
      : `${address.url}/v2/ answers ${status}, which no registry does`;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return error.message;
  }
}

function adviceFor({ url }: RegistryAddress, words: string): string {
  return [
    `the registry cannot be reached through its route from here: ${words}`,
    "  Set zot-fleet:endpoint to",
    "    { via: port-forward }                     to go through the cluster's API server, or",
    `    { via: route, connect: <host:port> }      to dial a gateway that DNS does not name for ${new URL(url).hostname}, or`,
    "    { via: route, ca: <PEM> }                 where its certificate is of a CA of yours, or",
    "    { via: address, url: <http(s)://host> }   where another address leads to the registry.",
  ].join("\n");
}
