import * as pulumi from "@pulumi/pulumi";
import type { Definition } from "./define";
import { refuseLostCalls } from "./engineCalls";
import { shell } from "./shell.cjs";

/** `T` with an Input wherever a value may be known later only. */
export type DeepInput<T> = pulumi.Input<
  T extends readonly (infer Item)[]
    ? DeepInput<Item>[]
    : T extends object
      ? { [Key in keyof T]: DeepInput<T[Key]> | (undefined extends T[Key] ? undefined : never) }
      : T
>;

/** What a program gives: the inputs that no check sets. */
type Args<Inputs, ByCheck> = {
  [Key in keyof Inputs as Exclude<Key, ByCheck>]:
    DeepInput<Inputs[Key]> | (undefined extends Inputs[Key] ? undefined : never);
};

export type ArgsOf<Defined> =
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- all four have to be named, to infer two
  Defined extends Definition<infer Inputs, infer _Outputs, infer ByCheck, infer _Unread>
    ? Args<Inputs, ByCheck>
    : never;

/** What a program reads: inputs and outputs but those that are for the provider alone. */
type Read<Outputs, ByCheck, Unread> = {
  readonly [Key in keyof Outputs as Exclude<Key, Unread>]-?: pulumi.Output<
    Key extends ByCheck ? NonNullable<Outputs[Key]> : Outputs[Key]
  >;
};

type ClassOf<Inputs, Outputs, ByCheck, Unread> = new (
  name: string,
  args: Args<Inputs, ByCheck>,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.dynamic.Resource & Read<Outputs, ByCheck, Unread>;

/** The class of a dynamic resource. It marks secrets, and asks for all outputs that programs read. */
export function declared<
  Inputs extends object,
  Outputs extends Inputs,
  ByCheck extends keyof Inputs,
  Unread extends keyof Outputs,
>(
  definition: Definition<Inputs, Outputs, ByCheck, Unread>,
): ClassOf<Inputs, Outputs, ByCheck, Unread> {
  const { name, secrets, secretInputs, byCheck, outputs, nullable } = definition;
  const provider = shell(name);
  const asked = Object.fromEntries([...byCheck, ...outputs].map((key) => [key, undefined]));

  const marked = (args: object) =>
    Object.fromEntries(
      Object.entries(args).map(([key, value]: [string, unknown]) => [
        key,
        secretInputs.includes(key) && value !== undefined ? pulumi.secret(value) : value,
      ]),
    );

  class Declared extends pulumi.dynamic.Resource {
    constructor(resource: string, args: object, opts?: pulumi.CustomResourceOptions) {
      refuseLostCalls();
      super(
        provider,
        resource,
        { ...marked(args), ...asked },
        secrets.length === 0
          ? opts
          : pulumi.mergeOptions(opts, { additionalSecretOutputs: [...secrets] }),
        "zot-fleet",
        `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      );
      const own = this as unknown as Record<string, pulumi.Output<unknown>>;
      for (const key of nullable) {
        const output = own[key];
        if (output !== undefined) own[key] = output.apply((value) => value ?? undefined);
      }
    }
  }
  return Declared as unknown as ClassOf<Inputs, Outputs, ByCheck, Unread>;
}
