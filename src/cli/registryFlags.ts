import { resolve } from "node:path";
import type { Command } from "commander";
import { isKnown, type ClusterExpectations } from "../checks/expectations";
import { withSession } from "../facts/zotSession";
import { withEndpoint, type Endpoint } from "../cluster/endpoint";
import { parseAddress, type RegistryAddress } from "../registry/address";
import type { Credentials, RegistryClient } from "../registry/client";
import { readCredentials, withCredentialFlags, type CredentialFlags } from "./credentials";
import { CliError } from "./failure";
import { localStack } from "../local/localStack";
import { requireEngine } from "../local/findEngine";
import { projectFolder } from "../system/projectFolder";
import { readFile, refuse } from "./refuse";
import { readStackState, type StackStateOptions } from "./stackState";
import { verificationInputs } from "./verificationInputs";

/** Where a registry is and whom to be, as `verify` takes it. */
export interface RegistryFlags extends CredentialFlags {
  stack?: string;
  local: boolean;
  folder: string;
  url?: string;
  connect?: string;
  ca?: string;
}

/** A registry that is looked at, and the cluster around it where one is known. */
export interface LookedAt {
  endpoint: Endpoint;
  credentials?: Credentials;
  /** From the state of a stack. */
  cluster?: ClusterExpectations;
  /** What was seeded, by the state of a stack. */
  seeds?: { repository: string; reference: string; seeded: true }[];
}

/** The options of every command that looks at one registry. */
export function withRegistryFlags(command: Command): Command {
  const named = command
    .option("-s, --stack <name>", "the registry of a stack, as it was last deployed, by its state")
    .option("--local", "the registry of npm run local", false)
    .option("--folder <folder>", "the folder of npm run local", ".local")
    .option("--url <url>", "any registry: http(s)://host[:port]")
    .option("--connect <host:port>", "with --url: dial this instead")
    .option("--ca <file>", "with --url: PEM certificates to trust besides the usual ones");
  return withCredentialFlags(named, "with --url: whom to be");
}

/**
 * The registry that the flags name, or the one of an image's own host.
 *
 * @throws CliError where they name none or several, or what they name cannot be read
 */
export async function lookedAt(flags: RegistryFlags, host?: string): Promise<LookedAt> {
  const { stack, local, folder, url = host === undefined ? undefined : `https://${host}` } = flags;
  const ways = [stack !== undefined, local, flags.url !== undefined].filter(Boolean).length;
  if (ways > 1 || (ways === 0 && url === undefined))
    throw new CliError("name the registry by one of --stack, --local and --url, or in the image");
  if (local) return ofState(await localStack(resolve(folder)));
  if (stack !== undefined) return ofState({ pulumi: requireEngine(), stack, cwd: projectFolder() });
  return ofUrl(url ?? "", flags);
}

async function ofState(options: StackStateOptions): Promise<LookedAt> {
  const asked = verificationInputs(await readStackState(options), options.stack);
  const admin = asked.accounts.filter(isKnown).find(({ role }) => role === "admin");
  return {
    endpoint: asked.endpoint,
    ...(admin && { credentials: { username: admin.username, password: admin.password } }),
    ...(asked.cluster && { cluster: asked.cluster }),
    seeds: asked.images
      .filter(({ problem }) => problem === undefined)
      .flatMap(({ repository, tags }) =>
        tags.map((reference) => ({ repository, reference, seeded: true as const })),
      ),
  };
}

async function ofUrl(url: string, flags: RegistryFlags): Promise<LookedAt> {
  const endpoint: Endpoint = { via: "address", ...addressOf(url, flags) };
  const credentials = await readCredentials(flags);
  return { endpoint, ...(credentials === undefined ? {} : { credentials }) };
}

/** The address that the flags name. @throws CliError where it cannot be right */
export function addressOf(
  url: string,
  { connect, ca }: Pick<RegistryFlags, "connect" | "ca">,
): RegistryAddress {
  const address: RegistryAddress = {
    url,
    ...(connect === undefined ? {} : { connect }),
    ...(ca === undefined ? {} : { ca: readFile(ca) }),
  };
  refuse(() => parseAddress(address));
  return address;
}

/** Runs `work` with a client of the registry, which is closed afterwards. */
export function withRegistry<T>(
  { endpoint, credentials }: LookedAt,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  return withEndpoint(endpoint, (address) =>
    withSession(
      { ...address, concurrency: 16, ...(credentials === undefined ? {} : { credentials }) },
      work,
    ),
  );
}
