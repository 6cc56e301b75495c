import * as pulumi from "@pulumi/pulumi";
import type { ApiKeyInputs } from "./apiKeyProvider";
import type { DeepInput } from "./deepInput";
import { orUndefined } from "./knownOutputs";
import { shell } from "./shell.cjs";

const provider = shell("apiKey");

export type ApiKeyArgs = { [Key in keyof ApiKeyInputs]: DeepInput<ApiKeyInputs[Key]> };

/** An API key of an account, delivered to where it is needed, and replaced before it ends by `pulumi up --refresh`. */
export class ApiKey extends pulumi.dynamic.Resource {
  declare readonly label: pulumi.Output<string>;
  declare readonly renewBeforeDays: pulumi.Output<number>;
  /** The id of the newest key, which every target holds. */
  declare readonly keyId: pulumi.Output<string | undefined>;
  /** When it ends, RFC 3339. */
  declare readonly expiresAt: pulumi.Output<string | undefined>;
  /** The newest key, with the account that it opens. A secret. */
  readonly login: pulumi.Output<{ username: string; password: string } | undefined>;
  declare private readonly keys: pulumi.Output<
    { username: string; password: string }[] | undefined
  >;

  constructor(name: string, args: ApiKeyArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      keys: undefined,
      keyId: undefined,
      expiresAt: undefined,
      renew: undefined,
      problem: undefined,
    };
    super(
      provider,
      name,
      {
        ...args,
        account: pulumi.secret(args.account),
        tokens: pulumi.secret(args.tokens),
        ...outputs,
      },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["account", "tokens", "keys"] }),
      "zot-fleet",
      "ApiKey",
    );
    this.keyId = this.keyId.apply(orUndefined);
    this.expiresAt = this.expiresAt.apply(orUndefined);
    this.login = pulumi.secret(this.keys).apply((keys) => {
      const [newest] = keys ?? [];
      return newest && { username: newest.username, password: newest.password };
    });
  }
}
