import { KubernetesError, type KubernetesReader } from "../cluster/kubernetes";
import type { Gateway } from "./gateway";

/** What a Gateway says of a route. */
export interface GatewayAnswer {
  /** The Gateway as it was declared. */
  gateway: string;
  accepted: boolean;
  /** Why, or why not. */
  message: string;
}

const group = "gateway.networking.k8s.io";
export const gatewayApiVersion = `${group}/v1`;

/** Which parent an entry of a route's status is about (Gateway API, ParentReference). */
interface ParentRef {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  sectionName?: string;
  port?: number;
}

interface Condition {
  type: string;
  status: string;
  message?: string;
  observedGeneration?: number;
}

interface ParentStatus {
  parentRef: ParentRef;
  controllerName?: string;
  conditions?: Condition[];
}

/** What is read of an HTTPRoute (Gateway API, RouteStatus). */
interface RouteObject {
  metadata?: { generation?: number };
  status?: { parents?: ParentStatus[] };
}

type Verdict = Omit<GatewayAnswer, "gateway">;

/**
 * What each Gateway says of a route.
 *
 * @returns undefined where there is no such route
 * @throws KubernetesError
 */
export async function readRoute(
  reader: KubernetesReader,
  namespace: string,
  { name, gateways }: { name: string; gateways: readonly Gateway[] },
): Promise<GatewayAnswer[] | undefined> {
  const route = await reader.read<RouteObject>({
    apiVersion: gatewayApiVersion,
    kind: "HTTPRoute",
    namespace,
    name,
  });
  if (route === undefined) return undefined;
  return Promise.all(
    gateways.map(async (declared) => {
      const answers = (route.status?.parents ?? []).filter(({ parentRef }) =>
        isOf(parentRef, declared, namespace),
      );
      const verdicts = byController(answers, declared, route.metadata?.generation);
      const place = { ...declared, namespace: declared.namespace ?? namespace };
      const verdict = agreed(verdicts) ?? (await ofItsController(reader, place, verdicts));
      return { gateway: gatewayText(declared), ...verdict };
    }),
  );
}

/** Whether the cluster has a Gateway. @throws KubernetesError */
export async function gatewayIsThere(
  reader: Pick<KubernetesReader, "read">,
  gateway: { name: string; namespace: string },
): Promise<boolean> {
  return (
    (await reader.read({ apiVersion: gatewayApiVersion, kind: "Gateway", ...gateway })) !==
    undefined
  );
}

/** A Gateway as it is told to people. */
function gatewayText({ name, namespace, section }: Gateway): string {
  const whole = namespace === undefined ? name : `${namespace}/${name}`;
  return section === undefined ? whole : `${whole}, listener ${section}`;
}

/** Absent fields of a parentRef have defaults, which the API server does not write everywhere. */
function isOf(ref: ParentRef, { name, namespace, section }: Gateway, own: string): boolean {
  return (
    (ref.group ?? group) === group &&
    (ref.kind ?? "Gateway") === "Gateway" &&
    ref.name === name &&
    (ref.namespace ?? own) === (namespace ?? own) &&
    (section === undefined || ref.sectionName === section)
  );
}

/** A Gateway has one controller, and others may have left their word behind: each is judged by itself. */
function byController(
  answers: readonly ParentStatus[],
  declared: Gateway,
  generation: number | undefined,
): Map<string, Verdict> {
  const names = [...new Set(answers.map(({ controllerName = "" }) => controllerName))];
  return new Map(
    names.map((name) => {
      const own = answers.filter(({ controllerName = "" }) => controllerName === name);
      return [name, verdictOf(own, declared, generation)];
    }),
  );
}

/**
 * A controller answers for the parentRef as it is declared, or for each listener that it stands for. Then one that accepts is
 * enough: "an attachment is considered successful if at least one section in the parent resource accepts it" (Gateway API,
 * ParentReference.sectionName, and port).
 */
function verdictOf(
  answers: readonly ParentStatus[],
  { section }: Gateway,
  generation: number | undefined,
): Verdict {
  const whole = answers.find(
    ({ parentRef: { sectionName, port } }) => sectionName === section && port === undefined,
  );
  if (whole !== undefined) {
    const problem = problemOf(whole.conditions, generation);
    return { accepted: problem === undefined, message: problem ?? "accepted" };
  }
  const listeners = answers.map(({ parentRef, conditions }) => ({
    name: listenerText(parentRef),
    problem: problemOf(conditions, generation),
  }));
  const accepting = listeners.filter(({ problem }) => problem === undefined);
  const others = listeners.flatMap(({ name, problem }) => (problem ? `${name}: ${problem}` : []));
  if (accepting.length === 0) return { accepted: false, message: others.join("; ") };
  const names = accepting.map(({ name }) => name).join(", ");
  return { accepted: true, message: [`accepted (${names})`, ...others].join("; ") };
}

function listenerText({ sectionName, port }: ParentRef): string {
  const parts = [
    ...(sectionName === undefined ? [] : [`listener ${sectionName}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
  ];
  return parts.join(", ");
}

/** Why conditions are no yes to the route as it is now; undefined where they are one. */
function problemOf(
  conditions: readonly Condition[] = [],
  generation: number | undefined,
): string | undefined {
  const needed = ["Accepted", "ResolvedRefs"];
  const wrong = conditions.filter(({ type, status }) =>
    // It is there only while rules are dropped, or while an older route is served in place of this one.
    type === "PartiallyInvalid" ? status === "True" : needed.includes(type) && status !== "True",
  );
  if (wrong.length > 0)
    return wrong
      .map(({ type, status, message = "" }) => `${type} is ${status}: ${message}`)
      .join("; ");
  const missing = needed.filter((type) => !conditions.some((each) => each.type === type));
  if (missing.length > 0) return `it does not say ${missing.join(", ")}`;
  const seen = conditions
    .filter(({ type }) => needed.includes(type))
    .flatMap(({ observedGeneration }) => observedGeneration ?? []);
  const oldest = Math.min(...seen);
  if (generation === undefined || oldest >= generation) return undefined;
  return `it has not looked at the route as it is now, but at generation ${oldest} of ${generation}`;
}

/** What all controllers say; undefined where they disagree. */
function agreed(verdicts: ReadonlyMap<string, Verdict>): Verdict | undefined {
  const [first, ...rest] = verdicts.values();
  if (first === undefined) return { accepted: false, message: "no controller has answered for it" };
  return rest.every(({ accepted }) => accepted === first.accepted) ? first : undefined;
}

/** What the controller of the Gateway's class says. Where that cannot be read, nobody's yes counts against another's no. */
async function ofItsController(
  reader: KubernetesReader,
  { name, namespace }: { name: string; namespace: string },
  verdicts: ReadonlyMap<string, Verdict>,
): Promise<Verdict> {
  const own = verdicts.get((await controllerOf(reader, { name, namespace })) ?? "");
  if (own !== undefined) return own;
  const said = [...verdicts].map(([controller, { message }]) => `${controller}: ${message}`);
  return { accepted: false, message: `its controllers disagree: ${said.join("; ")}` };
}

async function controllerOf(
  reader: KubernetesReader,
  gateway: { name: string; namespace: string },
): Promise<string | undefined> {
  try {
    const found = await reader.read<{ spec?: { gatewayClassName?: string } }>({
      apiVersion: gatewayApiVersion,
      kind: "Gateway",
      ...gateway,
    });
    const name = found?.spec?.gatewayClassName;
    if (name === undefined) return undefined;
    const kind = { apiVersion: gatewayApiVersion, kind: "GatewayClass" };
    const itsClass = await reader.read<{ spec?: { controllerName?: string } }>({ ...kind, name });
    return itsClass?.spec?.controllerName;
  } catch (error) {
    // Not everybody may read GatewayClasses.
    if (error instanceof KubernetesError) return undefined;
    throw error;
  }
}
