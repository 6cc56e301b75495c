import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { Release, type ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { ReleaseRepair } from "../resources/classes";
import { wasLost } from "../resources/releaseRepair";
import { chartReference } from "../zot/chartVersions";
import { chartValues, releaseName } from "../zot/chartValues";
import { inSeconds } from "../zot/duration";
import { drainArgs } from "./drain";
import { httpRoute } from "./httpRoute";
import { networkPolicyArgs } from "./networkPolicy";
import { registryConfig, routeTimeout } from "./registryConfig";
import {
  claimArgs,
  htpasswdOf,
  namespaceArgs,
  openHash,
  secretArgs,
  secretContent,
  serviceAccountArgs,
  takeOver,
} from "./registryResources";
import { secretFiles } from "./secretFiles";
import { transformed } from "./transform";
import {
  argumentProblems,
  trustedBy,
  withDefaults,
  type FilledArgs,
  type ZotRegistryArgs,
} from "./zotRegistryArgs";

/** The name of the registry's HTTPRoute. */
export const routeName = releaseName;

/**
 * A Zot registry in a cluster: namespace, Secret, claim, Helm release, and a route where gateways are named; over a bucket, no
 * claim, and pods that drain where there are several. Give it a Kubernetes provider by `opts.provider`; `ClusterBinding` makes one. The namespace, the
 * claim and the bucket outlive it.
 *
 * @throws RunError with everything that is wrong with the arguments
 */
export class ZotRegistry extends pulumi.ComponentResource {
  /** The registry's namespace, once it is there. */
  readonly namespace: pulumi.Output<string>;
  /** Known when the registry is ready: `https://<host>`. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, given: ZotRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("zot-fleet:index:ZotRegistry", name, {}, opts);
    const args = withDefaults(given);
    const problems = argumentProblems(args);
    if (problems.length > 0)
      throw new pulumi.RunError(`ZotRegistry ${name} cannot be made:\n  ${problems.join("\n  ")}`);
    const { adopt, transform = {}, namespace: place } = args;
    const namespace = new Namespace(
      `${name}-namespace`,
      transformed(transform.namespace, namespaceArgs(place, adopt, args.ownNamespace)),
      { parent: this, retainOnDelete: true },
    );
    const within = { parent: this, dependsOn: namespace };
    const htpasswd = htpasswdOf(
      args.accounts.map(({ entry }) => entry),
      args.keptEntries,
    );
    const files = secretFiles(name, args, { parent: this });
    const secret = new Secret(
      `${name}-secret`,
      transformed(transform.secret, secretArgs(place, htpasswd, adopt, files)),
      within,
    );
    const claims =
      args.shared === undefined
        ? [
            new PersistentVolumeClaim(
              `${name}-claim`,
              transformed(transform.claim, claimArgs(place, args.storage ?? {}, adopt)),
              { ...within, retainOnDelete: true },
            ),
          ]
        : [];
    const { release, repair } = this.#release(
      name,
      args,
      openHash(secretContent(htpasswd, files)),
      [namespace, secret, ...claims, ...this.#guarded(name, args, within)],
    );
    const drain = this.#drain(name, args, release, repair);
    const route = this.#route(name, args, namespace);
    this.namespace = namespace.metadata.name;
    this.url = pulumi
      .all([release.status, drain?.id, route?.id])
      .apply(() => `https://${args.host}`);
    this.registerOutputs({ namespace: this.namespace, url: this.url });
  }

  /** What limits the pod from its start on. */
  #guarded(name: string, args: FilledArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
    const { namespace, adopt, serviceAccount, networkPolicy, oidc, shared, s3Credentials } = args;
    return [
      ...(serviceAccount === undefined
        ? []
        : [
            new ServiceAccount(
              `${name}-service-account`,
              serviceAccountArgs(namespace, serviceAccount.token, adopt),
              opts,
            ),
          ]),
      ...(networkPolicy === undefined
        ? []
        : [
            new NetworkPolicy(
              `${name}-network-policy`,
              networkPolicyArgs(namespace, networkPolicy, {
                ...args,
                issuer: oidc?.issuer,
                identity: shared !== undefined && s3Credentials === undefined,
              }),
              opts,
            ),
          ]),
    ];
  }

  #release(
    name: string,
    args: FilledArgs,
    secretHash: pulumi.Output<string>,
    dependsOn: pulumi.Resource[],
  ): { release: Release; repair?: pulumi.Output<string> } {
    const { namespace, startupTimeout } = args;
    const values = chartValues({
      ...args,
      zotVersion: args.zot.version,
      config: registryConfig({ ...args, redisPassword: undefined }),
      trusted: trustedBy(args),
      secretHash,
      bucketKeys: args.s3Credentials !== undefined,
      ownServiceAccount: args.serviceAccount !== undefined,
    });
    const release = {
      name: releaseName,
      namespace,
      ...chartReference(args.chart),
      values,
      // One revision: an older one would keep values, which of a release that moved in hold credentials.
      maxHistory: 1,
      // Helm waits for the pod: through the start-up window, and for the one before it to end.
      timeout: inSeconds(startupTimeout) + 300,
    };
    const wanted = transformed(args.transform?.release, release);
    const repaired = this.#repair(name, args, wanted, dependsOn);
    const made = new Release(
      name,
      { ...wanted, ...repaired?.args },
      {
        parent: this,
        dependsOn: [...dependsOn, ...(repaired === undefined ? [] : [repaired.resource])],
        deleteBeforeReplace: true,
        ...(isToImport(args) ? { import: `${namespace}/${releaseName}` } : {}),
      },
    );
    return repaired === undefined
      ? { release: made }
      : { release: made, repair: repaired.resource.repair };
  }

  /** What stands before the release and repairs it, and what the release gets by it. */
  #repair(
    name: string,
    { found, namespace, adopt }: FilledArgs,
    wanted: ReleaseArgs,
    dependsOn: pulumi.Resource[],
  ): { resource: ReleaseRepair; args: Partial<ReleaseArgs> } | undefined {
    if (found === undefined) return undefined;
    const { context, look, inState } = found;
    const trouble =
      look?.unfinished !== undefined ||
      look?.stuck !== undefined ||
      (look?.missing ?? []).length > 0;
    const { newest } = look ?? {};
    const unknown = inState === false && !adopt && newest !== undefined;
    const { chart, version, repositoryOpts, values } = wanted;
    const resource = new ReleaseRepair(
      `${name}-repair`,
      {
        context,
        namespace,
        name: releaseName,
        timeout: pulumi.output(wanted.timeout).apply((seconds) => seconds ?? 300),
        wanted: openHash(
          pulumi
            .output({ chart, version, repositoryOpts, values })
            .apply((all) => JSON.stringify(all)),
        ),
        ...(trouble ? { found: look } : {}),
        ...(look !== undefined && newest === undefined ? { none: true } : {}),
        ...(inState === undefined ? {} : { inState }),
        ...(unknown
          ? {
              taken: `revision ${newest.revision} of ${newest.chart}, since ${newest.begun}, by ${newest.writer ?? "somebody"}`,
            }
          : {}),
      },
      { parent: this, dependsOn },
    );
    const args = {
      // One that changes makes one upgrade, also where nothing else is new.
      description: pulumi
        .all([resource.repair, wanted.description])
        .apply(([text, given]) => (text ? `zot-fleet: ${text}` : given)),
      // Helm keeps a name for a release that failed.
      replace: resource.repair.apply((text) => (wasLost(text) ? true : undefined)),
    };
    return { resource, args };
  }

  /** One pod has nobody to hand over to. */
  #drain(
    name: string,
    { namespace, replicas = 1, drain, transform }: FilledArgs,
    release: Release,
    repair?: pulumi.Output<string>,
  ): DeploymentPatch | undefined {
    if (replicas === 1) return undefined;
    return new DeploymentPatch(
      `${name}-drain`,
      transformed(transform?.drain, drainArgs(namespace, drain, repair)),
      // Helm removes the Deployment. A patch of what is gone cannot be taken back, which is what its deletion would try.
      { parent: this, dependsOn: release, deletedWith: release, retainOnDelete: true },
    );
  }

  #route(name: string, args: FilledArgs, namespace: Namespace): CustomResource | undefined {
    if ((args.gateways ?? []).length === 0) return undefined;
    const route = httpRoute({
      ...args,
      name: routeName,
      timeout: routeTimeout(args.zot),
      annotations: takeOver(args.adopt),
    });
    const transform = args.transform?.route;
    return new CustomResource(`${name}-route`, transformed(transform, route), {
      parent: this,
      dependsOn: namespace,
    });
  }
}

/**
 * Whether the release that Helm has becomes that of the state, where the state has none: one that is to be taken over, and one of
 * our own that was cut off before the state knew of it. What is not there cannot be taken over, and is made.
 */
function isToImport({ adopt, found }: FilledArgs): boolean {
  const { look } = found ?? {};
  if (look === undefined) return adopt;
  return look.newest !== undefined && (adopt || look.newest.ours);
}
