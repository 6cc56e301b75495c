import * as pulumi from "@pulumi/pulumi";
import { shell } from "./shell.cjs";

const provider = shell("sessionKeys");

export interface SessionKeysArgs {
  /** Another one makes other keys. @default 1 */
  renewal?: number | string | undefined;
}

/** The keys of a registry's sessions: made once, so that people stay signed in when its pod is replaced. */
export class SessionKeys extends pulumi.dynamic.Resource {
  /** A secret. */
  declare readonly hashKey: pulumi.Output<string>;
  /** A secret. */
  declare readonly encryptKey: pulumi.Output<string>;

  constructor(name: string, { renewal }: SessionKeysArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      {
        ...(renewal === undefined ? {} : { renewal }),
        hashKey: undefined,
        encryptKey: undefined,
      },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["hashKey", "encryptKey"] }),
      "zot-fleet",
      "SessionKeys",
    );
  }
}
