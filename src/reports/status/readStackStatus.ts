import { setMaxListeners } from "node:events";
import type { CheckResult } from "../../checks/check";
import { registryChecks } from "../../checks/allChecks";
import { countResults } from "../../checks/outcomes";
import { runVerification } from "../../checks/runVerification";
import { KubernetesError } from "../../cluster/kubernetes";
import { RegistryError } from "../../registry/client";
import type { StackStatus } from "./fleetStatus";
import { imagesOf, type HeldTags, type MatrixColumn } from "./imageMatrix";
import { keyAges } from "./keyAges";
import { readClusterStatus, storageUse } from "./readClusterStatus";
import { checkRegistry } from "./checkRegistry";
import { pendingOf } from "./pending";
import type { Deployed, Place } from "./place";
import { verdictOf } from "./verdict";
import { withinDeadline } from "./withinDeadline";

export interface LookOptions {
  /** Ends the look. */
  signal: AbortSignal;
  /** Milliseconds since 1970. */
  now: number;
}

/** A stack as it stands, and what its registry holds, for the matrix of all. */
export interface StackLook extends MatrixColumn {
  status: StackStatus;
}

/** What the world says, as far as it said it in time. */
interface Seen {
  results?: readonly CheckResult[];
  reason?: string;
  held: HeldTags;
  running?: string;
  storage: StackStatus["storage"];
}

/** Looks at one stack's registry, changing nothing; ends with the signal, whatever hangs. */
export async function readStackStatus(place: Place, options: LookOptions): Promise<StackLook> {
  const { declared, deployed, stack } = place;
  const started = performance.now();
  const seen = deployed === undefined ? undefined : await look(place, deployed, options.signal);
  const { results, held = {} } = seen ?? {};
  const { begun, handedOut } = deployed?.rotation ?? {};
  const version = {
    ...(declared === undefined ? {} : { declared: declared.version }),
    ...(deployed?.asked.registry?.version === undefined
      ? {}
      : { deployed: deployed.asked.registry.version }),
    ...(seen?.running === undefined ? {} : { running: seen.running }),
  };
  const reason = seen?.reason ?? place.unknown;
  const status: Omit<StackStatus, "verdict"> = {
    stack,
    ...(reason === undefined ? {} : { reason }),
    ...registryOf(place),
    ...(deployed?.deployedAt === undefined ? {} : { deployedAt: deployed.deployedAt }),
    version,
    ...(results === undefined ? {} : { checks: countResults(results) }),
    findings: (results ?? []).filter(({ status }) => status === "failed" || status === "warning"),
    storage: storageUse(declared?.storage, seen?.storage),
    credentials: deployed?.credentials ?? [],
    keys: keyAges(deployed?.keys ?? [], options.now),
    rotation: {
      ...(declared === undefined ? {} : { declared: declared.rotation }),
      ...(begun === undefined ? {} : { begun }),
      ...(handedOut === undefined ? {} : { handedOut }),
      interrupted: begun !== handedOut,
    },
    pending: declared && deployed ? pendingOf(declared, deployed) : [],
    problems: place.problems,
    seconds: Math.round(performance.now() - started) / 1000,
  };
  return { place, held, status: { ...status, verdict: verdictOf(place, status) } };
}

async function look(place: Place, deployed: Deployed, signal: AbortSignal): Promise<Seen> {
  const { asked } = deployed;
  // Every request under way listens to it, and Node warns of more than ten.
  setMaxListeners(0, signal);
  const within = <T>(work: Promise<T>) => withinDeadline(tolerant(work), signal);
  const [verified, registry, cluster] = await Promise.all([
    within(verify(asked, signal)),
    within(checkRegistry(asked, imagesOf(place), signal)),
    asked.cluster && within(readClusterStatus(asked.cluster)),
  ]);
  const { held, version, usedBytes } = valueOf(registry) ?? { held: {} };
  const around = valueOf(cluster);
  const running = version ?? around?.version;
  return {
    ...reached(verified),
    held,
    ...(running === undefined ? {} : { running }),
    storage: {
      ...around?.storage,
      ...(around?.storage.usedBytes === undefined && usedBytes !== undefined
        ? { usedBytes, toldBy: "zot" }
        : {}),
    },
  };
}

/** The checks of the deployment, once, without reading layers: eight clusters' layers are not a glance. */
function verify(asked: Deployed["asked"], signal: AbortSignal): Promise<CheckResult[]> {
  const limits = { ...asked.limits, layerBytes: 0 };
  return runVerification({ ...asked, limits }, [], { patienceMs: 0, signal });
}

/** A result, or the words of a world that could not be asked. */
type Tolerated<T> = { value: T } | { reason: string };

const expected = new Set(["EndpointError"]);

async function tolerant<T>(work: Promise<T>): Promise<Tolerated<T>> {
  try {
    return { value: await work };
  } catch (error) {
    const told =
      error instanceof RegistryError ||
      error instanceof KubernetesError ||
      (error instanceof Error && expected.has(error.name));
    if (!told) throw error;
    return { reason: error.message.split("\n", 1)[0] ?? error.message };
  }
}

const valueOf = <T>(tolerated: Tolerated<T> | undefined): T | undefined =>
  tolerated !== undefined && "value" in tolerated ? tolerated.value : undefined;

/** The results of a registry that answers, or why it does not. */
function reached(verified: Tolerated<CheckResult[]> | undefined): Pick<Seen, "results" | "reason"> {
  if (verified === undefined) return { reason: "it gave no whole answer in time" };
  if ("reason" in verified) return { reason: verified.reason };
  const [gate] = registryChecks;
  const unreached = verified.value.find(
    ({ code, status }) => code === gate?.code && status === "failed",
  );
  return unreached === undefined ? { results: verified.value } : { reason: unreached.detail };
}

function registryOf({ declared, deployed }: Place): Pick<StackStatus, "registry"> {
  if (declared !== undefined) return { registry: declared.registry };
  const endpoint = deployed?.asked.endpoint;
  return endpoint !== undefined && "url" in endpoint ? { registry: endpoint.url } : {};
}
