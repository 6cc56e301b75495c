import type { Workload } from "../facts/workload";
import type { Gateway } from "../facts/gateway";
import type { RegistryKind } from "../facts/zot";
import type { Credentials } from "../registry/client";
import type { AccessControl } from "../zot/accessControl";
import { roleOf, type Role, type StoredRole } from "../zot/roles";

/** An account that the registry should accept. */
export interface ExpectedAccount {
  username: string;
  /** Absent where only its hash is known: then nothing can be tried with it. */
  password?: string;
  role: Role;
}

/** The same in the words of states. */
export type StoredAccount = Omit<ExpectedAccount, "role"> & { role: StoredRole };

/** As a state has it. */
export const accountOf = ({ role, ...account }: StoredAccount): ExpectedAccount => ({
  ...account,
  role: roleOf(role),
});

/** An image that the registry should hold. */
export interface ExpectedImage {
  repository: string;
  tags: string[];
  /** Absent where the seeding failed, and where any digest will do. */
  digest?: string;
  /** Why the seeding failed. */
  problem?: string;
  /** As `os/architecture[/variant]`; none where nothing was promised. */
  platforms: string[];
  /** What cosign keeps beside it under tags of its own. Absent where it was not promoted: its platforms have tags then. */
  cosignTags?: { tag: string; digest: string }[];
}

/** What was declared of the registry's program; what is absent is not compared. */
export interface DeclaredRegistry {
  /** Default: found out by asking. */
  kind?: RegistryKind;
  /** Such as `2.1.18`. */
  version?: string;
  storage?: {
    /** The folder or the prefix that holds the images, as Zot's `storage.rootDirectory` has it. */
    rootDirectory?: string;
    /** The driver: `local`, `s3`, `gcs`. */
    driver?: string;
  };
}

/** Who may do what, as the registry was told. */
export interface DeclaredAccess {
  /** `http.accessControl` of Zot's config. */
  control: AccessControl;
  /** Of Zot, such as `2.1.18`. */
  version: string;
}

/** The identity provider that people sign in at, as the registry was told. */
export interface DeclaredOidc {
  /** As the provider calls itself. */
  issuer: string;
  clientId: string;
  /** Default: it is not tried. */
  clientSecret?: string;
  /** Where the provider sends people back to. */
  callback: string;
  scopes: string[];
  /** Certificates in PEM to trust the provider's by, besides the public ones. */
  ca?: string;
  /** Whether the provider is to be asked from here. */
  reachable: boolean;
}

/** A registry whose images are cached. */
export interface ExpectedUpstream {
  /** As images are called: `docker.io`. */
  name: string;
  url: string;
  /** Absent where it is asked without an account. */
  username?: string;
  /** Absent where it is not known here. */
  password?: string;
}

/** An API key that the registry should take. */
export interface ExpectedApiKey {
  /** The key's name in the stack file. */
  name: string;
  /** The account that it acts as. */
  username: string;
  /** Its id in the registry; absent where it was not made. */
  id?: string;
  /** The key itself; absent where it was not made. */
  password?: string;
  /** When it ends, RFC 3339. */
  expiresAt?: string;
  /** Days before its end from which it is renewed. */
  renewBeforeDays: number;
}

/** What was asked of a registry's API keys. */
export interface ExpectedKeys {
  declared: ExpectedApiKey[];
  /** Accounts that went while their keys could not be revoked. */
  unrevoked: string[];
  /** Keys that were replaced, as credentials: they must not work now. */
  replaced?: { username: string; password: string }[];
}

/** How far checks look and what they put up with. */
export interface CheckLimits {
  /** Whether tags in seeded repositories that no seed declares are a failure. Default: false. */
  extraContent?: boolean;
  /** Days before its end from which a certificate is a warning. Default: 14. */
  certificateDays?: number;
  /** Seconds by which the registry's clock may differ from ours. Default: 60. */
  clockSkewSeconds?: number;
  /** The largest layer that is read, in bytes; of a larger one only the size is compared. Default: 256 MiB. */
  layerBytes?: number;
  /** What is read of all layers together, in bytes. Default: 1 GiB. */
  allLayersBytes?: number;
}

/** What was asked of the registry: all that checks may compare with. */
export interface Expectations {
  accounts: ExpectedAccount[];
  /** Credentials that worked once and must not work now. */
  retired: Credentials[];
  images: ExpectedImage[];
  /** Default: nothing was declared. */
  registry?: DeclaredRegistry;
  limits?: CheckLimits;
  /** Default: what the roles say, and nothing to strangers. */
  access?: DeclaredAccess;
  /** Registries whose images are cached. Default: none. */
  upstreams?: ExpectedUpstream[];
  /** Default: nobody signs in at a provider. */
  oidc?: DeclaredOidc;
  /** Default: the registry has no API keys. */
  apiKeys?: ExpectedKeys;
}

/** A workload that runs a seeded image, and the digests that are right for its tag. */
export interface ExpectedWorkload extends Workload {
  repository: string;
  /** The digest behind the tag and, of an image for several platforms, those of its children. */
  digests: string[];
}

/** The pods over a bucket. */
export interface ExpectedReplicas {
  count: number;
  /** Seconds that a pod goes on serving after it was told to end; absent where there is one alone. */
  drain?: number;
  /** `bucket/prefix` */
  bucket: string;
}

/** What was asked of the cluster around the registry: what its checks compare with. */
export interface ClusterExpectations {
  context: string;
  /** The registry's namespace. */
  namespace: string;
  /** The host name that clients use. */
  host: string;
  /** More host names that lead to the registry. Absent where there are none. */
  aliases?: string[];
  /** The registry's one pod. Absent where there are several, which nobody can name before they are there. */
  pod?: string;
  /** What the images lie on. Absent where they lie in a bucket. */
  claim?: string;
  /** Absent where there is one pod with its claim. */
  replicas?: ExpectedReplicas;
  /** Absent where no gateway should route to the registry. */
  route?: { name: string; gateways: Gateway[] };
  pullSecret: { name: string; username: string; namespaces: string[] };
  workloads: ExpectedWorkload[];
}

/** An account that can be tried. */
export type KnownAccount = ExpectedAccount & { password: string };

export function isKnown(account: ExpectedAccount): account is KnownAccount {
  return account.password !== undefined;
}
