import type { ClusterExpectations } from "../checks/expectations";
import { withEndpoint, type Endpoint } from "../cluster/endpoint";
import { KubernetesError, kubernetesReader } from "../cluster/kubernetes";
import type { ContainerFacts } from "../facts/containers";
import { registryNames } from "../facts/imageNames";
import { podLog } from "../facts/podLog";
import { readApi } from "../facts/reach";
import { readRunningConfig } from "../facts/registryObjects";
import { withSession } from "../facts/zotSession";
import {
  RegistryClient,
  RegistryError,
  type Credentials,
  type RegistryAddress,
} from "../registry/client";
import { gatherCluster } from "./gatherCluster";
import { gatherRegistry, type Place } from "./gatherRegistry";
import type { Caller, ClusterFacts, RegistryFacts, Snapshot } from "./snapshot";
import { unique, wantedBy, wantedIn, type Wanted } from "./wanted";

/** What is to be diagnosed. */
export interface Complaint {
  endpoint: Endpoint;
  /** The registry as images name it. */
  host: string;
  credentials?: Credentials;
  /** The kubeconfig context of the cluster; undefined where none is to be looked at. */
  context?: string;
  /** The registry's own objects, by the state of a stack. */
  registry?: ClusterExpectations;
  /** A pod, as `namespace/name`. */
  pod?: string;
  image?: Wanted;
  /** What a stack seeds, looked at where nothing else is asked for. Absent where nobody knows. */
  seeds?: readonly Wanted[];
  errorText?: string;
  caller: Caller;
}

/** Looks at the registry and its cluster. @throws KubernetesError where a named cluster cannot be asked */
export async function gather(complaint: Complaint): Promise<Snapshot> {
  const { context, errorText, image, credentials, caller, registry } = complaint;
  const names = registryNames(placeOf(complaint));
  const now = Date.now();
  const cluster = context === undefined ? undefined : await lookAround(complaint, context, now);
  const isGeneral = image === undefined && complaint.pod === undefined && errorText === undefined;
  const wanted = unique([
    ...(image === undefined ? [] : [image]),
    ...(isGeneral ? (complaint.seeds ?? []) : []),
    ...wantedBy(cluster?.containers ?? [], names),
    ...wantedIn(errorText ?? "", names),
  ]);
  const { upstreamPrefixes, dedupesBucket } =
    context === undefined || registry === undefined
      ? { upstreamPrefixes: [] }
      : await readRunningConfig(await kubernetesReader(context), registry.namespace);
  const facts = await reach(complaint, (client) =>
    gatherRegistry(client, placeOf(complaint), wanted, upstreamPrefixes, credentials?.username),
  );
  return {
    caller,
    registry: { ...facts, upstreamPrefixes, ...(dedupesBucket && { dedupesBucket }) },
    ...(cluster === undefined ? {} : { cluster }),
    ...(errorText === undefined ? {} : { errorText }),
    now,
  };
}

async function lookAround(
  complaint: Complaint,
  context: string,
  now: number,
): Promise<ClusterFacts> {
  const { host, registry, pod } = complaint;
  return gatherCluster({
    reader: await kubernetesReader(context),
    context,
    concerns: concernOf(complaint),
    host,
    ...(registry === undefined ? {} : { registry }),
    ...(pod === undefined ? {} : { pod }),
    tryAccount: (credentials) => tryAccount({ ...complaint, credentials }),
    log: (namespace, name) => podLog(context, namespace, name),
    now,
  });
}

/** Who asks about an image asks for its pods; who asks about a push asks for none. */
function concernOf(complaint: Complaint): (each: ContainerFacts) => boolean {
  const { pod, image, errorText } = complaint;
  if (pod !== undefined) return () => true;
  if (image === undefined) return () => errorText === undefined;
  return (each) => {
    const [wanted] = wantedBy([each], registryNames(placeOf(complaint)));
    return wanted?.repository === image.repository && wanted.reference === image.reference;
  };
}

/** A port-forward without a ready pod is an answer as well: the registry is not reached. */
async function reach(
  complaint: Complaint,
  work: (client: RegistryClient) => Promise<RegistryFacts>,
): Promise<RegistryFacts> {
  try {
    return await withEndpoint(directly(complaint.endpoint), (address) =>
      withSession(optionsOf(address, complaint.credentials), work),
    );
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return {
      ...placeOf(complaint),
      reach: { reason: "unreachable", message: error.message },
      images: [],
    };
  }
}

/** A port-forward ends with the diagnosis: commands for people go by the host name. */
function placeOf({ endpoint, host, registry }: Complaint): Place {
  const aliases = registry?.aliases;
  const url = "url" in endpoint ? endpoint.url : `https://${host}`;
  return { host, url, ...(aliases === undefined ? {} : { aliases }) };
}

async function tryAccount(complaint: Complaint): Promise<number | undefined> {
  try {
    return await withClient(complaint, async (client) => {
      const { status } = await readApi(client);
      return status;
    });
  } catch (error) {
    if (error instanceof RegistryError || error instanceof KubernetesError) return undefined;
    throw error;
  }
}

function withClient<T>(
  { endpoint, credentials }: Complaint,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  return withEndpoint(directly(endpoint), async (address) => {
    await using client = new RegistryClient(optionsOf(address, credentials));
    return await work(client);
  });
}

/** A route that does not answer is what is looked for: nobody waits for it. */
const directly = (endpoint: Endpoint): Endpoint =>
  endpoint.via === "route" ? { ...endpoint, via: "address" } : endpoint;

const optionsOf = (address: RegistryAddress, credentials: Credentials | undefined) => ({
  ...address,
  concurrency: 16,
  retries: 0,
  timeoutMs: 10_000,
  ...(credentials === undefined ? {} : { credentials }),
});
