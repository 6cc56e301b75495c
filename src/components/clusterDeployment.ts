import * as pulumi from "@pulumi/pulumi";
import { targetsOf } from "../config/apiKeys";
import { registryHost } from "../config/cluster";
import { firstRenewal } from "../config/renewal";
import { seededTags } from "../config/retention";
import {
  IssuerProof,
  KeyRevocation,
  KeyRevocationEnd,
  Proof,
  RegistryPlace,
  Rotation,
  Verification,
} from "../resources/classes";
import { chartNames, zotPort } from "../zot/chartValues";
import { recordOf } from "../zot/generations";
import type { SeededTags } from "../zot/retention/retentionConfig";
import { sentinelTags } from "../zot/sentinel";
import { Accounts, passwordOf } from "./accounts";
import { ApiKeys } from "./apiKeys";
import { ClusterBinding } from "./clusterBinding";
import { declaredOidc } from "./declaredOidc";
import type { DeploymentConfig } from "./deploymentConfig";
import { endpointOf } from "./endpointOf";
import { expectedKeys } from "./expectedKeys";
import type { FoundRelease } from "./findRelease";
import { expectations } from "./expectations";
import { machinesOf } from "./generations";
import { heldAfter, type PreviousDeployment } from "./previousDeployment";
import { serviceAccountOf } from "./previousRegistry";
import { monitored } from "./monitoring";
import { PullSecrets } from "./pullSecrets";
import { ownScope, type Scope } from "./scope";
import { sharedStorageOf } from "./sharedStorage";
import { SeededImages, type ImageToDeploy } from "./seededImages";
import { ZotRegistry } from "./zotRegistry";

/** What a deployment tells its people. */
export interface DeploymentOutputs {
  /** Where the registry is, once everything was verified. */
  url: pulumi.Output<string>;
  /** Its namespace, once it is there. */
  namespace: pulumi.Output<string>;
  /** What is behind the tags of what was seeded, by `repository:tag`; undefined of what could not be. */
  digests: pulumi.Output<Record<string, string | undefined>>;
  /** The password of `admin`; undefined where its htpasswd entry was given. A secret. */
  adminPassword: pulumi.Output<string | undefined>;
  /** The newest account that may push. A secret. */
  ci: pulumi.Output<{ username: string; password: string }>;
  /** The callback to register at the identity provider; undefined where there is none. */
  oidcCallback: string | undefined;
  /** The generation of the machine accounts that clients hold: of the last deployment whose verification ended well. */
  held: pulumi.Output<number | undefined>;
}

/**
 * One cluster's registry, in this order: the guard, where the registry stands, the rotation and a look at the identity
 * provider, accounts, the end of keys whose account goes, Secret and release, the proof that it takes every account, the end of keys
 * that were made until then, images, pull secrets and API keys, and in the end the verification of all.
 */
export function deployToCluster(
  config: DeploymentConfig,
  images: readonly ImageToDeploy[],
  previous: PreviousDeployment = { existing: false },
  found: FoundRelease = { context: config.cluster.context },
  { parent, named }: Scope = ownScope,
): DeploymentOutputs {
  const { cluster, registry, pullSecrets } = config;
  const shared = sharedStorageOf(config);
  const { storageClass } = registry.storage;
  const generations = recordOf(config);
  const host = registryHost(cluster);
  const endpoint = endpointOf(config);
  const within = parent === undefined ? {} : { parent };
  const binding = new ClusterBinding(
    named("cluster"),
    { cluster: cluster.name, context: cluster.context, rebind: cluster.rebind },
    within,
  );
  const place = new RegistryPlace(
    named("registry-place"),
    {
      context: cluster.context,
      uid: binding.uid,
      namespace: registry.namespace,
      ...(shared === undefined ? { claim: chartNames.claim } : {}),
      ...(storageClass === undefined ? {} : { storageClass }),
    },
    { ...within, dependsOn: binding.guard },
  );
  const begun = new Rotation(named("rotation"), generations, {
    ...within,
    dependsOn: [binding.guard, place],
  });
  const oidc = declaredOidc(config, host);
  // The provider is looked at before anything is changed that Zot would need it for.
  const provider =
    oidc === undefined
      ? []
      : [new IssuerProof(named("issuer"), oidc, { ...within, dependsOn: begun })];
  const bound = {
    ...within,
    dependsOn: [binding.guard, place, begun, ...provider],
    providers: [binding.provider],
  };

  const accounts = new Accounts(
    named("accounts"),
    {
      ...config,
      machines: machinesOf(config),
      fleetRenewal: unlessFirst(config.renewal.fleet),
    },
    bound,
  );
  const { logins } = accounts;
  // Where people sign in Zot takes API keys as well, of machine accounts, too.
  const apiKeys = config.apiKeys.length > 0 || config.oidc !== undefined;
  const revocation = new KeyRevocation(
    named("key-revocation"),
    {
      endpoint,
      accounts: logins.map(({ username, password }) => ({ username, password })),
      enabled: apiKeys,
      revoke: config.revokeKeys,
      statefulSet: {
        context: cluster.context,
        namespace: registry.namespace,
        name: chartNames.statefulSet,
      },
    },
    { ...within, dependsOn: bound.dependsOn },
  );
  const zot = new ZotRegistry(
    named("zot"),
    {
      // Each subject whole: what a key of it becomes is known where that is built.
      ...config,
      ...cluster,
      ...registry,
      host,
      ownNamespace: place.own,
      accounts: accounts.all.map(({ username, role, account }) => ({
        username,
        role,
        entry: account.entry,
      })),
      apiKeys,
      keptEntries: revocation.keptEntries,
      shared,
      seeds: [
        ...seededTags(config.seeds),
        ...cosignTags(images),
        ...(shared === undefined ? [] : [sentinelTags]),
      ],
      sessionKeysRenewal: unlessFirst(config.renewal.sessionKeys),
      claimTemplate: registry.storage.template,
      found,
      serviceAccount: serviceAccountOf(registry.serviceAccountToken, previous.serviceAccount),
    },
    { ...bound, dependsOn: [...bound.dependsOn, revocation] },
  );
  const proof = new Proof(
    named("proof"),
    {
      endpoint,
      accounts: logins,
      clusterUid: binding.uid,
      ...(registry.replicas === 1
        ? {}
        : { pods: { context: cluster.context, namespace: registry.namespace, port: zotPort } }),
    },
    { ...within, dependsOn: [zot] },
  );
  const proved = { ...bound, dependsOn: [proof] };
  const revoked = apiKeys
    ? new KeyRevocationEnd(
        named("key-revocation-end"),
        {
          endpoint,
          accounts: revocation.held,
          lines: [...accounts.lines],
          revoke: config.revokeKeys,
          owed: revocation.unrevoked.apply((names) => names ?? []),
        },
        { ...within, dependsOn: proof },
      )
    : undefined;
  const seeded = new SeededImages(
    named("images"),
    {
      endpoint,
      context: cluster.context,
      credentials: { username: "fleet", password: passwordOf(accounts.fleet) },
      images,
      compression: config.compression,
    },
    proved,
  );
  const { puller, ci } = accounts.machines;
  const secrets = new PullSecrets(
    named("pull-secrets"),
    {
      host,
      aliases: cluster.aliases,
      account: { username: puller.username, password: passwordOf(puller) },
      namespaces: pullSecrets,
    },
    proved,
  );
  const watched = { host, namespace: registry.namespace, claim: shared === undefined };
  const monitoring = monitored(named("monitoring"), config, watched, accounts.scraper, proved);
  const keys = new ApiKeys(
    named("api-keys"),
    {
      endpoint,
      host,
      aliases: cluster.aliases,
      cluster: binding.identity,
      accounts: accounts.machines,
      keys: config.apiKeys.map((key) => ({ ...key, targets: targetsOf(key, cluster.context) })),
      tokens:
        config.deliveryTokens === undefined ? undefined : pulumi.secret(config.deliveryTokens),
    },
    // A key may go to a namespace that the pull secrets make; and none of these is to be revoked.
    { ...proved, dependsOn: [proof, secrets, ...(revoked === undefined ? [] : [revoked])] },
  );
  // `status` compares this with what was begun: where they differ, the last deployment stopped before it handed out the new generation.
  const handed = new Rotation(
    named("rotation-handed-out"),
    generations,
    // Of a component without children nothing can depend.
    { ...within, dependsOn: [proof, secrets, keys, ...monitoring] },
  );
  const verification = new Verification(
    named("registry"),
    {
      endpoint,
      accounts: logins,
      clusterUid: binding.uid,
      ...expectations(config, host, seeded, accounts.all),
      ...(revoked === undefined ? {} : { apiKeys: expectedKeys(keys, revoked) }),
    },
    {
      ...within,
      dependsOn: [handed, seeded, zot, proof, ...(revoked === undefined ? [] : [revoked])],
    },
  );
  binding.close(named("cluster-guard-last"), [verification]);
  return {
    url: pulumi.all([zot.url, verification.id]).apply(([url]) => url),
    namespace: zot.namespace,
    digests: seeded.digests,
    adminPassword: pulumi.secret(accounts.admin.plainPassword),
    ci: pulumi.secret(
      pulumi
        .all([ci.username, passwordOf(ci)])
        .apply(([username, password]) => ({ username, password })),
    ),
    oidcCallback: oidc?.callback,
    held: heldAfter(verification, previous),
  };
}

/** What belongs to promoted images goes by no rule of retention either. */
const cosignTags = (images: readonly ImageToDeploy[]): SeededTags[] =>
  images.flatMap(({ repository, promoted }) => {
    const tags = (promoted?.cosignTags ?? []).map(({ tag }) => tag);
    return tags.length === 0 ? [] : [{ repository, tags }];
  });

/** The first is not said: states that were made before there was a second do not say it, either. */
const unlessFirst = (renewal: number | string) => (renewal === firstRenewal ? undefined : renewal);
