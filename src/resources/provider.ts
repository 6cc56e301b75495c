import { isDeepStrictEqual } from "node:util";

/**
 * What a dynamic provider does, as Pulumi's engine calls it (`pulumi.dynamic.ResourceProvider`, all methods given).
 * Secrets reach these methods in plain text: whatever they throw or print must not repeat one.
 */
export interface DynamicProvider<Inputs, Outputs extends Inputs> {
  check: (
    olds: Inputs,
    news: Inputs,
  ) => Promise<{ inputs: Inputs; failures: { property: string; reason: string }[] }>;
  diff: (
    id: string,
    olds: Outputs,
    news: Inputs,
  ) => Promise<{ changes: boolean; replaces?: string[] }>;
  create: (inputs: Inputs) => Promise<{ id: string; outs: Outputs }>;
  /** `inputs`, where they are given, are what the next check and diff begin with. */
  read: (id: string, props: Outputs) => Promise<{ id: string; props: Outputs; inputs?: Inputs }>;
  update: (id: string, olds: Outputs, news: Inputs) => Promise<{ outs: Outputs }>;
  delete: (id: string, props: Outputs) => Promise<void>;
}

/** The methods that only deployments, refreshes and destroys call. */
export type Deployment<Inputs, Outputs extends Inputs> = Pick<
  DynamicProvider<Inputs, Outputs>,
  "create" | "read" | "update" | "delete"
>;

/**
 * Methods that are loaded when one of them is called: a preview does not wait for what it never uses. By `require`, because
 * the loader of `providers.cjs` does not know of `import()`.
 */
export function whenDeployed<Inputs, Outputs extends Inputs>(
  load: () => Deployment<Inputs, Outputs>,
): Deployment<Inputs, Outputs> {
  return {
    create: (inputs) => load().create(inputs),
    read: (id, props) => load().read(id, props),
    update: (id, olds, news) => load().update(id, olds, news),
    delete: (id, props) => load().delete(id, props),
  };
}

/** True when `olds` and `news` differ in one of `keys`; an absent key equals an undefined one. */
export function differ<T extends object>(olds: T, news: T, keys: readonly (keyof T)[]): boolean {
  return keys.some((key) => !isDeepStrictEqual(olds[key], news[key]));
}

/** What the engine keeps with the inputs: which provider it is. */
const providerKey = "__provider";

/**
 * True when an input differs. All of them are compared, so that none is forgotten: what differs is said as an exception. An absent input
 * equals an undefined one.
 *
 * @param outputs what the state has besides the inputs
 * @param except inputs whose change alone is no change of the resource, each with the reason
 */
export function inputsDiffer<Inputs extends object, Outputs extends Inputs>(
  olds: Outputs,
  news: Inputs,
  {
    outputs = [],
    except = {},
  }: {
    outputs?: readonly Exclude<keyof Outputs, keyof Inputs>[];
    except?: Partial<Record<keyof Inputs, string>>;
  } = {},
): boolean {
  const passed = new Set<PropertyKey>([providerKey, ...outputs, ...Object.keys(except)]);
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const [before, after] = [olds, news] as Readonly<Record<string, unknown>>[];
  return [...keys].some(
    (key) => !passed.has(key) && !isDeepStrictEqual(before?.[key], after?.[key]),
  );
}

/** What another number or word renews; states of before there was one have the first. */
export const isRenewed = (olds: { renewal?: unknown }, news: { renewal?: unknown }) =>
  (olds.renewal ?? 1) !== (news.renewal ?? 1);

/**
 * The error for a resource that was made but is not as it should be: Pulumi keeps `properties` in the state, fails the
 * deployment with `message`, and offers the resource to `update` again at the next one.
 */
export function incomplete(id: string, properties: object, message: string): Error {
  return Object.assign(new Error(message), { id, properties, reasons: [message] });
}
