import * as pulumi from "@pulumi/pulumi";
import { orUndefined } from "./knownOutputs";
import { shell } from "./shell.cjs";

const provider = shell("account");

export interface AccountArgs {
  /** The user name: no `:` and no control characters. Another one replaces the account. */
  username: pulumi.Input<string>;
  /**
   * A password of 1 to 72 bytes (bcrypt reads no more), or a ready htpasswd entry (`user:$2y$…`), taken as it is.
   * @default generated, 32 characters
   */
  password?: pulumi.Input<string> | undefined;
  /** Another one makes another password, where it is generated. @default 1 */
  renewal?: pulumi.Input<number | string> | undefined;
}

/** An account of the registry: its htpasswd line is made once and kept, until the password given or its renewal changes. */
export class Account extends pulumi.dynamic.Resource {
  declare readonly username: pulumi.Output<string>;
  /** The password; undefined where a ready htpasswd entry was given. A secret. */
  declare readonly plainPassword: pulumi.Output<string | undefined>;
  /** The line for the htpasswd file. A secret. */
  declare readonly entry: pulumi.Output<string>;

  constructor(name: string, args: AccountArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      {
        username: args.username,
        password: args.password === undefined ? undefined : pulumi.secret(args.password),
        ...(args.renewal === undefined ? {} : { renewal: args.renewal }),
        plainPassword: undefined,
        entry: undefined,
      },
      pulumi.mergeOptions(opts, {
        additionalSecretOutputs: ["password", "plainPassword", "entry"],
      }),
      "zot-fleet",
      "Account",
    );
    this.plainPassword = this.plainPassword.apply(orUndefined);
  }
}
