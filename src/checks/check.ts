import type { Credentials, RegistryAddress, RegistryClient } from "../registry/client";
import type { AccessControl } from "../zot/accessControl";
import type { ExpectedKeys } from "./apiKeys";
import type { Content } from "./content";
import type { ExpectedUpstream } from "./upstreams";

/**
 * passed, failed: it was looked at. warning: it holds, and will not for long. skipped: it does not apply or cannot be
 * looked at here; `detail` says why.
 */
export type Status = "passed" | "warning" | "failed" | "skipped";

/** What a check found about one subject. */
export interface Outcome {
  status: Status;
  /** What was seen, in one line: the evidence. Never a credential. */
  detail: string;
  /** What it was seen on, where a check looks at several things: an account, an image's tag. */
  subject?: string;
  /** What to do about it, where this outcome knows better than the check's own hint. */
  hint?: string;
}

/** What a check says before it is settled. */
export interface Finding extends Outcome {
  /** The failure may pass by itself: it is looked at again for the check's `lag`. Default: it is a fault, told at once. */
  mayLag?: true;
}

/** One claim about a registry that can be looked at without changing anything. */
export interface Check {
  /**
   * Stable: it never changes its meaning and is not given out again. ZF1xx: reach, TLS, time. ZF2xx: accounts and rights.
   * ZF3xx: content. ZF4xx: storage and version. ZF5xx: the cluster around the registry. ZF6xx: signing in.
   * ZF7xx: API keys. ZF8xx: the registries whose images are cached.
   */
  code: string;
  /** The claim, as it reads when it holds. */
  title: string;
  /** What to do when it does not hold. */
  hint: string;
  /** Why it matters and what usually breaks it, for `explain`, where title and hint leave that open. */
  why?: string;
  /** How long a failure that may lag is looked at again, in milliseconds. Default 0. */
  lag?: number;
  /** It looks below HTTP, so it runs where the registry does not answer, too. Default false. */
  below?: true;
  run: (context: CheckContext) => Promise<Finding | Finding[]>;
}

/** An account that the registry should accept. */
export interface ExpectedAccount {
  username: string;
  /** Absent where only its hash is known: then nothing can be tried with it. */
  password?: string;
  role: Role;
}

/** What an account may do. admin: everything. pusher: pull, and push what is new. reader: pull. */
export type Role = "admin" | "pusher" | "reader";

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

/** `zot`, or another one: `distribution` stands for every registry that has OCI's API and nothing of Zot's. */
export type RegistryKind = "zot" | "distribution";

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

export interface CheckContext extends Expectations {
  address: RegistryAddress;
  /** A client for these credentials, or for a stranger; the same one each time, closed by the runner. */
  client: (credentials?: Credentials) => RegistryClient;
  /** What the registry holds, as an admin sees it; undefined where no admin's password is known. */
  content: Content | undefined;
  /** Which registry it is: as declared, else found out once. */
  kind: () => Promise<RegistryKind>;
}

/** An outcome with the check it belongs to: what reports are made of. */
export interface CheckResult extends Outcome {
  code: string;
  title: string;
  hint: string;
}

/** An account that can be tried. */
export type KnownAccount = ExpectedAccount & { password: string };

export function isKnown(account: ExpectedAccount): account is KnownAccount {
  return account.password !== undefined;
}

/** A client with an admin's rights, or undefined where no admin's password is known. */
export function asAdmin({
  accounts,
  client,
}: Pick<CheckContext, "accounts" | "client">): RegistryClient | undefined {
  const admin = accounts.filter(isKnown).find(({ role }) => role === "admin");
  return admin && client({ username: admin.username, password: admin.password });
}
