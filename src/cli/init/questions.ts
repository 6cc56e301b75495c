import type { z } from "zod";
import { clusterSchema, registryHost } from "../../config/cluster";
import { schemaProblems } from "../../config/problem";
import { kubernetesLabel } from "../../config/registry";
import type { ClusterOffer } from "../../facts/clusterOffer";
import type { OfferedGateway } from "../../facts/offeredGateway";
import { CliError } from "../failure";
import { entriesOf, isUsable, type GatewayEntry, type NewStack } from "./stackFile";

/** What was said by flags; what is absent is asked, or has its default. */
export interface Given {
  name?: string;
  context?: string;
  domain?: string;
  /** `name` or `namespace/name`. */
  gateway?: readonly string[];
  namespace: string;
  storageClass?: string;
  pullSecret?: readonly string[];
}

/** Who reads what is told, and may answer questions. */
export interface Person {
  /** The answer; empty for the default. Absent where nobody is asked. */
  ask?: (question: string) => Promise<string>;
  say: (line: string) => void;
}

/** What is looked at while asking. */
export interface Surroundings {
  /** The contexts of the kubeconfig. */
  contexts: () => Promise<readonly string[]>;
  offer: (context: string, route: { host: string; namespace: string }) => Promise<ClusterOffer>;
  /** Why a stack cannot have that name; undefined where it can. */
  nameProblem: (name: string) => string | undefined;
}

interface Question<T> {
  flag: string;
  text: string;
  given: string | undefined;
  /** Taken where nobody answers; none is the empty text. */
  fallback?: string | undefined;
  /** What that is called, where it is not the text. */
  fallbackName?: string | undefined;
  /** @throws CliError where that is no answer */
  read: (answer: string) => T;
}

/**
 * All that a new stack file says. Each answer is compared with what the cluster has. A person is asked again after a wrong one;
 * where nobody is asked it is an error that names the flag.
 *
 * @throws CliError, KubernetesError
 */
export async function askForStack(
  given: Given,
  around: Surroundings,
  person: Person,
): Promise<NewStack> {
  const put = <T>(question: Question<T>) => answered(question, person);
  const name = await put({
    flag: "the cluster's name",
    text: "The cluster's name",
    given: given.name,
    read: (text) => {
      taken(clusterSchema.shape.name, text);
      const problem = around.nameProblem(text);
      if (problem !== undefined) throw new CliError(problem);
      return text;
    },
  });
  const { namespace } = given;
  taken(kubernetesLabel("a namespace"), namespace);
  const contexts = await around.contexts();
  const context = await put({
    flag: "--context",
    text: `The kubeconfig context that reaches it (${contexts.join(", ")})`,
    given: given.context,
    // Never the current one: which that is depends on what somebody did last.
    fallback: contexts.includes(name) ? name : undefined,
    read: (text) => oneOf(text, contexts, "context in the kubeconfig"),
  });
  const domain = await put({
    flag: "--domain",
    text: "Its domain; the registry will be oci.<domain>",
    given: given.domain,
    read: (text) => taken(clusterSchema.shape.domain, text),
  });
  const offer = await around.offer(context, { host: registryHost({ domain }), namespace });
  const gateways = await askForGateways(given, offer, person);
  const storageClass = await askForStorageClass(given, offer, person);
  const pullSecrets = await put({
    flag: "--pull-secret",
    text: "Namespaces whose pods pull from it, separated by spaces; each gets a pull secret",
    given: given.pullSecret?.join(" "),
    fallback: "",
    read: (text) =>
      wordsIn(text).map((each) => {
        if (each === namespace) throw new CliError(`${each} is the registry's own namespace`);
        return taken(kubernetesLabel("a namespace"), each);
      }),
  });
  for (const each of pullSecrets)
    if (offer.namespaces.problem === undefined && !offer.namespaces.found.includes(each))
      person.say(`There is no namespace ${each} yet: the deployment makes it.`);
  return {
    name,
    context,
    domain,
    gateways,
    namespace,
    ...(storageClass === undefined ? {} : { storageClass }),
    pullSecrets,
  };
}

async function askForGateways(
  given: Given,
  { gateways: { found, problem } }: ClusterOffer,
  person: Person,
): Promise<GatewayEntry[]> {
  const named = new Map<string, OfferedGateway>(
    found.map((each) => [`${each.namespace}/${each.name}`, each] as const),
  );
  if (problem !== undefined) person.say(`Gateways cannot be listed: ${problem}`);
  else if (found.length === 0) person.say("The cluster has no Gateway.");
  for (const [name, gateway] of named) person.say(`  ${name}: ${listenersText(gateway)}`);
  const { gateways: gatewaysSchema } = clusterSchema.shape;
  const entries = (text: string): GatewayEntry[] =>
    wordsIn(text).flatMap((word) => {
      const whole = word.includes("/") ? word : `${given.namespace}/${word}`;
      // What cannot be listed is taken as it is said: the preview looks again.
      if (problem !== undefined) return [word];
      const gateway = named.get(oneOf(whole, [...named.keys()], "Gateway"));
      if (gateway === undefined || !isUsable(gateway))
        throw new CliError(
          `the Gateway ${whole} would not serve it: ${gateway === undefined ? "" : listenersText(gateway)}`,
        );
      return entriesOf(gateway, given.namespace);
    });
  // One that speaks plain http takes passwords unencrypted: whoever wants it names it.
  const usable = [...named]
    .filter(([, each]) => isUsable(each, "HTTPS"))
    .filter(([, each]) => problemOf(gatewaysSchema, entriesOf(each, given.namespace)) === undefined)
    .map(([name]) => name);
  return answered(
    {
      flag: "--gateway",
      text: "Gateways that serve it, separated by spaces, or none",
      given: given.gateway?.join(" "),
      // A registry without a route is what somebody wants, not what is left over.
      fallback: usable.length > 0 ? usable.join(" ") : undefined,
      read: (text) => {
        const found = entries(text);
        const wrong = problemOf(gatewaysSchema, found);
        if (wrong !== undefined) throw new CliError(wrong);
        return found;
      },
    },
    person,
  );
}

async function askForStorageClass(
  given: Given,
  { storageClasses: { found, problem } }: ClusterOffer,
  person: Person,
): Promise<string | undefined> {
  const names = found.map(({ name }) => name);
  const usual = found.find(({ isDefault }) => isDefault)?.name;
  if (problem !== undefined) person.say(`Storage classes cannot be listed: ${problem}`);
  else if (found.length === 0)
    person.say("The cluster has no storage class: the claim needs a volume that somebody makes.");
  const chosen = await answered(
    {
      flag: "--storage-class",
      text: `The storage class for the images (${names.join(", ")})`,
      given: given.storageClass,
      fallback: usual !== undefined || names.length === 0 ? "" : undefined,
      fallbackName: usual === undefined ? undefined : `${usual}, the cluster's default`,
      read: (text) =>
        names.length === 0 || text === ""
          ? text
          : oneOf(text, names, "storage class in the cluster"),
    },
    person,
  );
  return chosen === "" ? undefined : chosen;
}

/** Why a stack file does not take a value there; undefined where it does. */
function problemOf(schema: z.ZodType, value: unknown): string | undefined {
  const [problem] = schemaProblems(schema, value);
  return problem && `${problem.found} is not ${problem.allowed}`;
}

/** The text, where a stack file takes it there. */
function taken(schema: z.ZodType, text: string): string {
  const problem = problemOf(schema, text);
  if (problem === undefined) return text;
  throw new CliError(problem);
}

async function answered<T>(question: Question<T>, person: Person): Promise<T> {
  const { flag, text, given, fallback, fallbackName } = question;
  const read = (answer: string) => question.read(answer === "none" ? "" : answer);
  if (given !== undefined) return read(given);
  const { ask, say } = person;
  if (ask === undefined) {
    if (fallback === undefined) throw new CliError(`give ${flag}: ${text}`);
    return read(fallback);
  }
  const usual = fallback === undefined ? "" : ` [${fallbackName ?? (fallback || "none")}]`;
  for (;;) {
    const answer = (await ask(`${text}${usual}:`)).trim();
    try {
      if (answer !== "") return read(answer);
      if (fallback !== undefined) return read(fallback);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      say(error.message);
    }
  }
}

function oneOf(text: string, known: readonly string[], what: string): string {
  if (known.includes(text)) return text;
  throw new CliError(
    `there is no ${what} ${quote(text)}: ${known.length === 0 ? "there is none" : `there are ${known.join(", ")}`}`,
  );
}

const listenersText = ({ listeners }: OfferedGateway) =>
  listeners
    .map(
      ({ name, protocol, problem }) =>
        `${name} (${protocol})${problem === undefined ? "" : `, not for it: ${problem}`}`,
    )
    .join("; ");

const wordsIn = (text: string) => [...new Set(text.split(/[\s,]+/).filter((word) => word !== ""))];

const quote = (text: string) => JSON.stringify(text);
