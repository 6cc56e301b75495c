import { isDeepStrictEqual } from "node:util";
import type { Deployment, DynamicProvider } from "./provider";

/** What is said of one input. What says nothing besides `secret` is compared as it is. */
interface InputRule<Inputs, Outputs extends Inputs> {
  /** Whether the state encrypts it. `inside`: programs give it with its secrets marked, and the state has it so. */
  secret: boolean | "inside";
  /** Whether it is another one, where its value alone does not say so. */
  differs?: (olds: Outputs, news: Inputs) => boolean;
  /** Why a change of it alone is no change of the resource. */
  except?: string;
  /** Another one is another resource. */
  replaces?: true;
  /** Set by the check: programs do not give it, and read it in previews already. */
  byCheck?: true;
}

/** What is said of one output. */
interface OutputRule {
  /** Whether the state encrypts it. */
  secret: boolean;
  /**
   * What the state has where there is none. In a preview the SDK takes an output that the state lacks for unknown, and whatever is
   * made of it would be a change in every preview: so an optional one that programs read is null there. `nothing`: no program
   * reads it.
   */
  absent: "never" | "null" | "nothing";
  /** The resource is worked on again for as long as the state has it. */
  trouble?: true;
}

export const plain = { secret: false } as const;
export const secret = { secret: true } as const;
export const except = (why: string) => ({ secret: false, except: why }) as const;
export const byCheck = { secret: false, byCheck: true } as const;

export const always = { secret: false, absent: "never" } as const;
export const optional = { secret: false, absent: "null" } as const;
/** For the provider alone. */
export const unread = { secret: false, absent: "nothing" } as const;

/** Whether `renewal` is another one; a state from before there was one counts as 1. */
export const isRenewed = (olds: { renewal?: unknown }, news: { renewal?: unknown }): boolean =>
  (olds.renewal ?? 1) !== (news.renewal ?? 1);

export const renewal = { ...plain, differs: isRenewed } as const;

/** The UID of the cluster's `kube-system`; states of before there was one are of this cluster. */
export const clusterUid = {
  ...plain,
  differs: (olds: { clusterUid?: unknown }, news: { clusterUid?: unknown }): boolean =>
    olds.clusterUid !== undefined && olds.clusterUid !== news.clusterUid,
} as const;

/**
 * All that is to be said of a dynamic resource. Every input and every output has to be named, so that none is forgotten.
 *
 * @typeParam ByCheck the inputs that the check sets
 * @typeParam Unread the outputs that no program reads
 */
interface Contract<
  Inputs extends object,
  Outputs extends Inputs,
  ByCheck extends keyof Inputs,
  Unread extends keyof Outputs,
> {
  /** What states hold of the provider, and, with a capital, the type of the resource: it keeps its meaning for good. */
  name: string;
  inputs: {
    [Key in keyof Required<Inputs>]: InputRule<Inputs, Outputs> &
      (Key extends ByCheck ? { byCheck: true } : { byCheck?: never });
  };
  outputs: {
    [Key in Exclude<keyof Outputs, keyof Inputs>]: OutputRule & {
      absent: Key extends Unread ? "nothing" : object extends Pick<Outputs, Key> ? "null" : "never";
    };
  };
  /** Default: whatever is given is taken. */
  check?: DynamicProvider<Inputs, Outputs>["check"];
  /** What else in the state asks for another deployment. */
  again?: (olds: Outputs) => boolean;
  /** Says what a change brings before it is made. */
  announce?: (olds: Outputs, news: Inputs) => void;
  /** What deployments, refreshes and destroys call. Called for each, so that a preview does not load what it never uses. */
  load: () => Deployment<Inputs, Outputs>;
}

/** A dynamic resource: what its class and its provider are made of. */
export interface Definition<
  Inputs extends object,
  Outputs extends Inputs,
  ByCheck extends keyof Inputs,
  Unread extends keyof Outputs,
> {
  name: string;
  /** The inputs that are marked as secrets. */
  secretInputs: readonly string[];
  /** What the state encrypts, inputs among it. */
  secrets: readonly string[];
  byCheck: readonly ByCheck[];
  unread: readonly Unread[];
  /** The outputs that programs read. */
  outputs: readonly string[];
  /** Those that are null in the state where there is none. */
  nullable: readonly string[];
  provider: DynamicProvider<Inputs, Outputs>;
}

export function define<
  Inputs extends object,
  Outputs extends Inputs = Inputs,
  ByCheck extends keyof Inputs = never,
  Unread extends keyof Outputs = never,
>(
  contract: Contract<Inputs, Outputs, ByCheck, Unread>,
): Definition<Inputs, Outputs, ByCheck, Unread> {
  const inputs = Object.entries<InputRule<Inputs, Outputs>>(contract.inputs);
  const outputs = Object.entries<OutputRule>(contract.outputs);
  const { name, check, load } = contract;
  return {
    name,
    secretInputs: named(inputs, (rule) => rule.secret === true),
    secrets: named([...inputs, ...outputs], (rule) => rule.secret !== false),
    byCheck: named(inputs, (rule) => rule.byCheck === true) as ByCheck[],
    unread: named(outputs, ({ absent }) => absent === "nothing") as Unread[],
    outputs: named(outputs, ({ absent }) => absent !== "nothing"),
    nullable: named(outputs, ({ absent }) => absent === "null"),
    provider: {
      check: check ?? ((_olds, news) => Promise.resolve({ inputs: news, failures: [] })),
      diff: (_id, olds, news) => Promise.resolve(compared(contract, olds, news)),
      create: (news) => load().create(news),
      read: (id, props) => load().read(id, props),
      update: (id, olds, news) => load().update(id, olds, news),
      delete: (id, props) => load().delete(id, props),
    },
  };
}

const named = <Rule>(rules: readonly [string, Rule][], where: (rule: Rule) => boolean): string[] =>
  rules.filter(([, rule]) => where(rule)).map(([key]) => key);

function compared<
  Inputs extends object,
  Outputs extends Inputs,
  ByCheck extends keyof Inputs,
  Unread extends keyof Outputs,
>(
  { inputs, outputs, again, announce }: Contract<Inputs, Outputs, ByCheck, Unread>,
  olds: Outputs,
  news: Inputs,
): { changes: boolean; replaces?: string[] } {
  const rules = inputs as Readonly<Record<string, InputRule<Inputs, Outputs>>>;
  const results = outputs as Readonly<Record<string, OutputRule>>;
  const [before, after] = [olds, news] as [Record<string, unknown>, Record<string, unknown>];
  const differs = (key: string) => !isDeepStrictEqual(before[key], after[key]);
  announce?.(olds, news);
  const troubled = named(Object.entries(results), ({ trouble }) => trouble === true).some(
    (key) => before[key] !== undefined,
  );
  // Also what an earlier or a later version had: nothing is left out because nobody thought of it.
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...keys].some((key) => {
    const rule = rules[key];
    if (key === providerKey || key in results || rule?.except !== undefined) return false;
    return rule?.differs === undefined ? differs(key) : rule.differs(olds, news);
  });
  const replaces = named(Object.entries(rules), (rule) => rule.replaces === true).filter(differs);
  return {
    changes: troubled || again?.(olds) === true || changed,
    ...(replaces.length === 0 ? {} : { replaces }),
  };
}

/** What the engine keeps with the inputs: which provider it is. */
const providerKey = "__provider";

/**
 * The deployment of what is made anew with each change: a refresh looks at nothing, and nothing is left to delete.
 *
 * @param id the resource's, or how it follows from the inputs
 * @param make `olds` is what an update begins with
 */
export const madeAnew = <Inputs, Outputs extends Inputs>(
  id: string | ((inputs: Inputs) => string),
  make: (news: Inputs, olds?: Outputs) => Outputs | Promise<Outputs>,
): Deployment<Inputs, Outputs> => ({
  create: async (inputs) => ({
    id: typeof id === "string" ? id : id(inputs),
    outs: await make(inputs),
  }),
  read: (given, props) => Promise.resolve({ id: given, props }),
  update: async (_id, olds, news) => ({ outs: await make(news, olds) }),
  delete: () => Promise.resolve(),
});
