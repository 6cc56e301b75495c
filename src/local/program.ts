import * as pulumi from "@pulumi/pulumi";
import { Account, Seed, Verification } from "../resources/classes";
import { keyOwner, localKey } from "./apiKey";
import type { Expectations } from "../checks/expectations";
import type { StackUse } from "./stackUse";
import type { ImageToSeed } from "../seeding/findImage";

type DeclaredRegistry = NonNullable<Expectations["registry"]>;

export interface LocalProgramOptions {
  url: string;
  registry: DeclaredRegistry;
  adminPassword?: string | undefined;
  images: ImageToSeed[];
  /** What a stack file asks of the registry besides. */
  expected: StackUse["expected"];
  /** Where an API key of `ci-1` is wanted. */
  apiKeyFile?: string | undefined;
  /** Starts the registry with these htpasswd lines; resolves when it answers, or is known not to. */
  start: (htpasswd: string[]) => Promise<void>;
}

/** The registry of this machine as a Pulumi program: the accounts, the images and the proof of a cluster's registry. */
export function localProgram(options: LocalProgramOptions) {
  const { url, registry, adminPassword, images, apiKeyFile, expected, start } = options;
  return (): Promise<Record<string, unknown>> => {
    const admin = new Account("admin", { username: "admin", password: adminPassword });
    const fleet = new Account("fleet", { username: "fleet" });
    const owners = apiKeyFile === undefined ? [] : [new Account(keyOwner, { username: keyOwner })];
    const accounts: [Account, ...Account[]] = [admin, fleet, ...owners];
    const started = startWhenHashed(accounts, start);
    const credentials = { username: fleet.username, password: known(fleet) };
    const seeds = images.map(
      ({ repository, tags, platforms }) =>
        new Seed(
          seedName(images, repository, tags),
          {
            endpoint: { via: "address", url },
            credentials,
            repository,
            tags: [...tags],
            platforms: [...platforms],
            compression: "zstd",
            onMoved: "restore",
            onRemove: "keep",
          },
          { dependsOn: started },
        ),
    );
    const [owner] = owners;
    const apiKeys =
      apiKeyFile === undefined || owner === undefined
        ? undefined
        : localKey({ url, path: apiKeyFile, owner, others: [admin, fleet], dependsOn: started });
    new Verification(
      "registry",
      {
        endpoint: { via: "address", url },
        accounts: accounts.map((account) => ({
          username: account.username,
          password: account.plainPassword,
          role: account === owner ? ("pusher" as const) : ("admin" as const),
        })),
        images: seeds.map(({ repository, tags, digest, problem, platforms }) => ({
          repository,
          tags,
          digest,
          problem,
          platforms: platforms.apply((all) => all.map(({ platform }) => platform)),
        })),
        registry,
        ...expected,
        ...(apiKeys === undefined ? {} : { apiKeys }),
      },
      { dependsOn: started },
    );
    return Promise.resolve({
      adminPassword: pulumi.secret(admin.plainPassword),
      ...(apiKeys === undefined ? {} : { apiKeys: pulumi.secret(apiKeys) }),
    });
  };
}

/** The account's password: known, because only a ready htpasswd entry hides it, and none is given here. */
const known = (account: Account) => account.plainPassword.apply((password) => password ?? "");

/** A tag moves with every release and must not name the resource; it tells two seeds of one repository apart. */
function seedName(
  images: readonly ImageToSeed[],
  repository: string,
  tags: readonly string[],
): string {
  const alone = images.filter((image) => image.repository === repository).length === 1;
  return alone ? repository : `${repository}:${tags[0] ?? ""}`;
}

/**
 * Starts the registry once every account has its hash, and gives the resources to wait for. A preview starts nothing.
 */
function startWhenHashed(
  accounts: [Account, ...Account[]],
  start: LocalProgramOptions["start"],
): Promise<pulumi.Resource[]> {
  if (pulumi.runtime.isDryRun()) return Promise.resolve(accounts);
  return new Promise((resolve, reject) => {
    pulumi.all(accounts.map(({ entry }) => entry)).apply((htpasswd) => {
      start(htpasswd).then(() => {
        resolve(accounts);
      }, reject);
    });
  });
}
