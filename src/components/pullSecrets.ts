import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Secret, type SecretArgs } from "@pulumi/kubernetes/core/v1/secret";
import { ServiceAccountPatch } from "@pulumi/kubernetes/core/v1/serviceAccountPatch";
import * as pulumi from "@pulumi/pulumi";
import { pullSecretDefaults } from "../config/pullSecrets";
import { dockerConfig } from "../registry/dockerConfig";
import { transformed, type Transform } from "./transform";

/** The name of the Secret in every namespace. */
export const pullSecretName = "zot-pull-secret";

/** A namespace whose pods pull from the registry. */
export interface PullingNamespace {
  namespace: string;
  /** Make the namespace where it is not there; it is never removed again. @default true */
  create?: boolean;
  /** Give the Secret to the namespace's default service account. @default false */
  attach?: boolean;
}

export interface PullSecretsArgs {
  /** The host name that images are named by, such as `oci.killinit.cc`. */
  host: string;
  /** More names of the same registry, such as the one before. @default none */
  aliases?: readonly string[];
  /** An account that can read and nothing else. */
  account: { username: pulumi.Input<string>; password: pulumi.Input<string> };
  /** Where the Secret is wanted, each namespace once. */
  namespaces: readonly PullingNamespace[];
  /** Changes to what each Secret gets. */
  transform?: { secret?: Transform<SecretArgs> };
}

/** The Secret `zot-pull-secret` (kubernetes.io/dockerconfigjson) in each namespace whose pods pull from the registry. */
export class PullSecrets extends pulumi.ComponentResource {
  constructor(name: string, args: PullSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("zot-fleet:index:PullSecrets", name, {}, opts);
    const config = configOf(args);
    const { create: making, attach: attaching } = pullSecretDefaults;
    for (const { namespace, create = making, attach = attaching } of args.namespaces) {
      const made = create ? [this.#namespace(name, namespace)] : [];
      const secret = new Secret(
        `${name}-${namespace}`,
        transformed(args.transform?.secret, pullSecretArgs(namespace, config)),
        { parent: this, dependsOn: made },
      );
      if (attach) this.#attach(`${name}-${namespace}-default`, namespace, secret);
    }
    this.registerOutputs({ namespaces: args.namespaces.map(({ namespace }) => namespace) });
  }

  #namespace(name: string, namespace: string): Namespace {
    return new Namespace(
      `${name}-${namespace}-namespace`,
      { metadata: { name: namespace } },
      { parent: this, retainOnDelete: true },
    );
  }

  /** Server-side apply owns this one field; another owner of it is a conflict that is told, not taken. */
  #attach(name: string, namespace: string, secret: Secret): void {
    new ServiceAccountPatch(
      name,
      { metadata: { name: "default", namespace }, imagePullSecrets: [{ name: pullSecretName }] },
      { parent: this, dependsOn: secret },
    );
  }
}

/** What kubelet reads. A secret. */
function configOf({
  host,
  aliases = [],
  account: { username, password },
}: PullSecretsArgs): pulumi.Output<string> {
  const text = pulumi
    .all([username, password])
    .apply(([user, secret]) => dockerConfig({ host, aliases, username: user, password: secret }));
  return pulumi.secret(text);
}

function pullSecretArgs(namespace: string, config: pulumi.Output<string>): SecretArgs {
  return {
    metadata: { name: pullSecretName, namespace },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": config.apply((text) => Buffer.from(text).toString("base64")) },
  };
}
