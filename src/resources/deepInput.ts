import type { Input } from "@pulumi/pulumi";

/** `T` with an Input wherever a value may be known later only. */
export type DeepInput<T> = Input<
  T extends readonly (infer Item)[]
    ? DeepInput<Item>[]
    : T extends object
      ? { [Key in keyof T]: DeepInput<T[Key]> | (undefined extends T[Key] ? undefined : never) }
      : T
>;
