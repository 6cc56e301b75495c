import * as pulumi from "@pulumi/pulumi";
import { registryHost } from "../config/cluster";
import type { DeploymentOutputs } from "./clusterDeployment";
import { declareRegistry, told } from "./declareRegistry";
import { readFleetRegistryArgs, type FleetRegistryArgs } from "./fleetRegistryArgs";
import { fleetRegistryType, scopeWithin } from "./scope";

/**
 * One cluster's registry, whole: what a stack file makes, as a component. Names of what it makes begin with its own, so that a program
 * may have several.
 *
 * @throws RunError with everything that is wrong with the arguments, before anything is declared
 */
export class FleetRegistry extends pulumi.ComponentResource<DeploymentOutputs> {
  /** The host name that images are named by. */
  readonly host: string;
  /** Where it is, once everything was verified. */
  readonly url: pulumi.Output<string>;
  /** Its namespace, once it is there. */
  readonly namespace: pulumi.Output<string>;
  /** What is behind the tags of what was seeded, by `repository:tag`; undefined of what could not be. */
  readonly digests: pulumi.Output<Record<string, string | undefined>>;
  /** The password of `admin`; undefined where its htpasswd entry was given. A secret. */
  readonly adminPassword: pulumi.Output<string | undefined>;
  /** The newest account that may push. A secret. */
  readonly ci: pulumi.Output<{ username: string; password: string }>;
  readonly #read: ReturnType<typeof readFleetRegistryArgs>;
  readonly #name: string;

  constructor(name: string, args: FleetRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    // The engine would keep what it is given here in the state.
    super(fleetRegistryType, name, {}, opts);
    this.#read = told(() => readFleetRegistryArgs(args), `FleetRegistry ${name}: `);
    this.#name = name;
    this.host = registryHost(this.#read.config.cluster);
    const output = <Key extends keyof DeploymentOutputs>(key: Key) =>
      pulumi.output(this.getData().then((outputs) => outputs[key])) as DeploymentOutputs[Key];
    this.url = output("url");
    this.namespace = output("namespace");
    this.digests = output("digests");
    this.adminPassword = output("adminPassword");
    this.ci = output("ci");
  }

  protected override async initialize(): Promise<DeploymentOutputs> {
    // The SDK calls this before the constructor above has set anything.
    await Promise.resolve();
    const { config, images } = this.#read;
    const outputs = await declareRegistry(config, images, scopeWithin(this, this.#name));
    const { url, namespace, digests, held } = outputs;
    this.registerOutputs({ host: this.host, url, namespace, digests, held });
    return outputs;
  }
}
