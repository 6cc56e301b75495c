import * as pulumi from "@pulumi/pulumi";
import { account } from "./account";
import { apiKey } from "./apiKey";
import { clusterGuard } from "./clusterGuard";
import { declared, type ArgsOf } from "./declared";
import { isKept, type HeldAccount } from "./heldAccounts";
import { issuerProof } from "./issuerProof";
import { keyRevocation } from "./keyRevocation";
import { keyRevocationEnd } from "./keyRevocationEnd";
import { proof } from "./proof";
import { registryPlace } from "./registryPlace";
import { releaseRepair } from "./releaseRepair";
import { rotation } from "./rotation";
import { seed } from "./seed";
import { sessionKeys } from "./sessionKeys";
import { inStoredRoles, type InTodaysRoles } from "./storedRoles";
import { verification } from "./verification";

// The classes stand apart from their definitions: the process of the providers would load Pulumi's SDK as well, two seconds of each preview.

export type AccountArgs = ArgsOf<typeof account>;

/** An account of the registry: its htpasswd line is made once and kept, until the password given or its renewal changes. */
export class Account extends declared(account) {}

export type ApiKeyArgs = ArgsOf<typeof apiKey>;

/** An API key of an account, delivered to where it is needed, and replaced before it ends by `pulumi up --refresh`. */
export class ApiKey extends declared(apiKey) {
  /** The newest key, with the account that it opens. A secret. */
  readonly login: pulumi.Output<{ username: string; password: string } | undefined>;

  constructor(name: string, args: ApiKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super(name, args, opts);
    this.login = pulumi.secret(this.keys).apply((keys) => {
      const [newest] = keys ?? [];
      return newest && { username: newest.username, password: newest.password };
    });
  }
}

/** Binds a stack to its cluster: what depends on it is neither previewed nor deployed to another one. */
export class ClusterGuard extends declared(clusterGuard) {}

export type IssuerProofArgs = ArgsOf<typeof issuerProof>;

/** Stands between an identity provider and the registry that is told of it. */
export class IssuerProof extends declared(issuerProof) {}

export type KeyRevocationArgs = ArgsOf<typeof keyRevocation>;

/** Revokes the API keys of accounts that go, while they can still sign in: the accounts' file depends on it. */
export class KeyRevocation extends declared(keyRevocation) {
  /** Every account, and every name that is kept, with what `KeyRevocationEnd` needs. A secret. */
  readonly held: pulumi.Output<HeldAccount[]>;
  /** The htpasswd lines of names that are kept until their keys are gone: they belong into the accounts' file. A secret. */
  readonly keptEntries: pulumi.Output<string[]>;

  constructor(name: string, args: KeyRevocationArgs, opts?: pulumi.CustomResourceOptions) {
    super(name, args, opts);
    // In a preview of an update `accounts` is what went in, without what will be kept; `unrevoked` is unknown then, and says so.
    this.held = pulumi.secret(
      pulumi.all([this.accounts, this.unrevoked]).apply(([everyone]) => everyone),
    );
    this.keptEntries = this.held.apply((everyone) =>
      everyone.filter(isKept).map(({ entry }) => entry),
    );
  }
}

export type KeyRevocationEndArgs = ArgsOf<typeof keyRevocationEnd>;

/** Revokes again what `KeyRevocation` revoked, once the registry is proved to have its new accounts. */
export class KeyRevocationEnd extends declared(keyRevocationEnd) {}

export type ProofArgs = InTodaysRoles<ArgsOf<typeof proof>>;

/** Stands between the registry and everything that hands out its accounts. */
export class Proof extends declared(proof) {
  constructor(name: string, args: ProofArgs, opts?: pulumi.CustomResourceOptions) {
    super(name, inStoredRoles(args), opts);
  }
}

export type RegistryPlaceArgs = ArgsOf<typeof registryPlace>;

/** Where a registry stands in its cluster: what never moves once images are there, and whether its namespace is its own. */
export class RegistryPlace extends declared(registryPlace) {}

/** Stands before a Helm release and repairs what keeps Helm from upgrading it. */
export class ReleaseRepair extends declared(releaseRepair) {}

/** The generations of the machine accounts, as far as a deployment came with them. */
export class Rotation extends declared(rotation) {}

export type SeedArgs = ArgsOf<typeof seed>;

/** One image brought from docker-archives to a registry, under all its tags. */
export class Seed extends declared(seed) {}

/** The keys of a registry's sessions: made once, so that people stay signed in when its pod is replaced. */
export class SessionKeys extends declared(sessionKeys) {}

export type VerificationArgs = InTodaysRoles<ArgsOf<typeof verification>>;

/** Proof that the registry does what was asked of it: reads only, and runs again when something it looks at changes. */
export class Verification extends declared(verification) {
  constructor(name: string, args: VerificationArgs, opts?: pulumi.CustomResourceOptions) {
    super(name, inStoredRoles(args), opts);
  }
}
