import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { ClusterGuard } from "../resources/classes";

export interface ClusterBindingArgs {
  /** The cluster's name. The first one that a stack is deployed with identifies the cluster for good; a later one changes nothing. */
  cluster: string;
  /** The kubeconfig context that leads to it. */
  context: string;
  /** The UID of the `kube-system` of the cluster that was built in the place of the one that the stack knows. @default none */
  rebind?: string | undefined;
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
  /** The name that the cluster had when the stack was first deployed: for whatever is found again by it. */
  readonly identity: pulumi.Output<string>;
  /** The UID of the namespace `kube-system`. */
  readonly uid: pulumi.Output<string>;
  readonly #args: ClusterBindingArgs;

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
      // Another identifier replaces the provider and all that it made: the replacement's last deletes would remove the very
      // objects that its upserts kept.
      { parent: this, ignoreChanges: ["clusterIdentifier"] },
    );
    const system = Namespace.get(`${name}-kube-system`, "kube-system", {
      parent: this,
      provider: this.provider,
    });
    this.#args = args;
    this.uid = system.metadata.uid;
    this.guard = this.#newGuard(`${name}-guard`, "first", []);
    this.identity = this.guard.cluster;
  }

  /** A second guard, after everything else: a destroy begins with it and stops at another cluster. To be called once, at the end. */
  close(name: string, everything: pulumi.Resource[]): void {
    this.#newGuard(name, "last", everything);
    this.registerOutputs({ cluster: this.identity, uid: this.uid });
  }

  #newGuard(name: string, place: "first" | "last", dependsOn: pulumi.Resource[]): ClusterGuard {
    const { cluster, context, rebind } = this.#args;
    return new ClusterGuard(
      name,
      { cluster, context, uid: this.uid, place, ...(rebind === undefined ? {} : { rebind }) },
      // The name in the state is the first one: known in every preview, and never a change.
      { parent: this, dependsOn, ignoreChanges: ["cluster"] },
    );
  }
}
