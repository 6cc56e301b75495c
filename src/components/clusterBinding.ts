import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { ClusterGuard } from "../dynamic/clusterGuard";

export interface ClusterBindingArgs {
  /** The cluster's name: what identifies it in the state, whatever its address. */
  cluster: string;
  /** The kubeconfig context that leads to it. */
  context: string;
}

/**
 * Binds a stack to its cluster. The provider names the context and nothing of the machine: neither the kubeconfig's path
 * nor the server's address makes a diff. What uses the provider also depends on the guard, which stops at another cluster.
 */
export class ClusterBinding extends pulumi.ComponentResource {
  /** For everything in the cluster. */
  readonly provider: Provider;
  /** For everything that touches the cluster to depend on. */
  readonly guard: ClusterGuard;
  readonly #args: ClusterBindingArgs;
  readonly #uid: pulumi.Output<string>;

  constructor(name: string, args: ClusterBindingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("zot-fleet:index:ClusterBinding", name, {}, opts);
    const { cluster, context } = args;
    this.provider = new Provider(
      `${name}-provider`,
      {
        context,
        // Without it the provider's default, the path in KUBECONFIG, becomes an input.
        kubeconfig: "",
        clusterIdentifier: cluster,
        // A changed Secret is changed, not replaced: it must never be away.
        enableSecretMutable: true,
        // The namespace and the claim are kept on destroy, and found again by the next deployment.
        upsertExistingObjects: true,
      },
      { parent: this },
    );
    const system = Namespace.get(`${name}-kube-system`, "kube-system", {
      parent: this,
      provider: this.provider,
    });
    this.#args = args;
    this.#uid = system.metadata.uid;
    this.guard = this.#newGuard(`${name}-guard`, "first", []);
    this.registerOutputs({});
  }

  /** A second guard, after everything else: a destroy begins with it and stops at another cluster. */
  close(name: string, everything: pulumi.Resource[]): void {
    this.#newGuard(name, "last", everything);
  }

  #newGuard(name: string, place: "first" | "last", dependsOn: pulumi.Resource[]): ClusterGuard {
    const { cluster, context } = this.#args;
    return new ClusterGuard(
      name,
      { cluster, context, uid: this.#uid, place },
      { parent: this, dependsOn },
    );
  }
}
