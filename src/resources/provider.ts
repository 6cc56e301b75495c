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

/** True when `olds` and `news` differ in one of `keys`; an absent key equals an undefined one. */
export function differ<T extends object>(olds: T, news: T, keys: readonly (keyof T)[]): boolean {
  return keys.some((key) => !isDeepStrictEqual(olds[key], news[key]));
}

/**
 * The error for a resource that was made but is not as it should be: Pulumi keeps `properties` in the state, fails the
 * deployment with `message`, and offers the resource to `update` again at the next one.
 */
export function incomplete(id: string, properties: object, message: string): Error {
  return Object.assign(new Error(message), { id, properties, reasons: [message] });
}
