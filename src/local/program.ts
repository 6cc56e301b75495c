import * as pulumi from "@pulumi/pulumi";
import type { DeclaredRegistry } from "../checks/expectations";
import type { Verified } from "../checks/runVerification";
import { Accounts, passwordOf } from "../components/accounts";
import { expectedImages } from "../components/expectedUse";
import type { DeclaredMachines } from "../components/generations";
import { SeededImages, type ImageToDeploy } from "../components/seededImages";
import { Verification, type VerificationArgs } from "../resources/classes";
import { refuseLostCalls } from "../resources/engineCalls";
import { localKeys } from "./apiKey";
import { keepIdentity } from "./keepIdentity";
import type { StackUse } from "./stackUse";

export interface LocalProgramOptions {
  url: string;
  registry: DeclaredRegistry;
  /** Which accounts there are. */
  machines: DeclaredMachines;
  adminPassword?: string | undefined;
  images: readonly ImageToDeploy[];
  /** What a stack file asks of the registry besides. */
  expected: StackUse["expected"];
  /** Where an API key of the newest `ci` is wanted. */
  apiKeyFile?: string | undefined;
  /** Starts the registry with these htpasswd lines; resolves when it answers, or is known not to. */
  start: (htpasswd: string[]) => Promise<void>;
}

/** What the program tells once it is deployed, as its stack's outputs: secrets. */
export interface LocalOutputs {
  adminPassword?: string;
  /** What was asked of the registry. */
  verified: Verified;
}

/**
 * A cluster's accounts, images, API keys and verification, for a registry that is a process of this machine: in the place of
 * namespace, Secret and release stands `start`.
 */
export function localProgram(options: LocalProgramOptions) {
  const { url, registry, machines, adminPassword, images, apiKeyFile, expected, start } = options;
  return (): Promise<Record<keyof LocalOutputs, pulumi.Output<unknown>>> => {
    refuseLostCalls();
    const endpoint = { via: "address", url } as const;
    const accounts = new Accounts("accounts", { ...machines, adminPassword }, keepIdentity);
    const dependsOn = startWhenHashed(accounts, start);
    const { seeds } = new SeededImages(
      "images",
      {
        endpoint,
        credentials: { username: "fleet", password: passwordOf(accounts.fleet) },
        images,
        compression: "zstd",
      },
      { ...keepIdentity, dependsOn },
    );
    const verified: VerificationArgs = {
      endpoint,
      accounts: accounts.logins,
      images: expectedImages(seeds),
      registry,
      ...expected,
      ...(apiKeyFile === undefined
        ? {}
        : { apiKeys: localKeys({ url, path: apiKeyFile, accounts, dependsOn }) }),
    };
    new Verification("registry", verified, { dependsOn });
    return Promise.resolve({
      adminPassword: pulumi.secret(accounts.admin.plainPassword),
      verified: pulumi.secret(verified),
    });
  };
}

/**
 * Starts the registry once every account has its hash, and gives the resources to wait for. A preview starts nothing.
 */
function startWhenHashed(
  { all }: Accounts,
  start: LocalProgramOptions["start"],
): Promise<pulumi.Resource[]> {
  const accounts = all.map(({ account }) => account);
  if (pulumi.runtime.isDryRun()) return Promise.resolve(accounts);
  return new Promise((resolve, reject) => {
    pulumi.all(accounts.map(({ entry }) => entry)).apply((htpasswd) => {
      start(htpasswd).then(() => {
        resolve(accounts);
      }, reject);
    });
  });
}
