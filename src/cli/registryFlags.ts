import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { isKnown } from "../checks/check";
import type { ClusterExpectations } from "../checks/cluster/expectations";
import { withSession } from "../checks/zotSession";
import { withEndpoint, type Endpoint } from "../cluster/endpoint";
import { parseAddress } from "../oci/address";
import type { Credentials, RegistryClient } from "../oci/client";
import { requireTool } from "../oci/tools";
import { CliError } from "./failure";
import { localStack } from "./localStack";
import { projectFolder } from "./project";
import { readStackState, type StackStateOptions } from "./stackState";
import { verificationInputs } from "./verificationInputs";
import { readFile, refuse } from "./verifyFlags";

/** Where a registry is and whom to be, as `verify` takes it. */
export interface RegistryFlags {
  stack?: string;
  local: boolean;
  folder: string;
  url?: string;
  connect?: string;
  ca?: string;
  username?: string;
  passwordStdin: boolean;
}

/** A registry that is looked at, and the cluster around it where one is known. */
export interface LookedAt {
  endpoint: Endpoint;
  credentials?: Credentials;
  /** From the state of a stack. */
  cluster?: ClusterExpectations;
}

/** The options of every command that looks at one registry. */
export function withRegistryFlags(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the registry of a stack, by its state")
    .option("--local", "the registry of npm run local", false)
    .option("--folder <folder>", "the folder of npm run local", ".local")
    .option("--url <url>", "any registry: http(s)://host[:port]")
    .option("--connect <host:port>", "with --url: dial this instead")
    .option("--ca <file>", "with --url: PEM certificates to trust besides the usual ones")
    .option("--username <name>", "with --url: whom to be")
    .option("--password-stdin", "with --username: read the password from standard input", false);
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
  if (stack !== undefined)
    return ofState({ pulumi: requireTool("pulumi"), stack, cwd: projectFolder() });
  return ofUrl(url ?? "", flags);
}

async function ofState(options: StackStateOptions): Promise<LookedAt> {
  const asked = verificationInputs(await readStackState(options), options.stack);
  const admin = asked.accounts.filter(isKnown).find(({ role }) => role === "admin");
  return {
    endpoint: asked.endpoint,
    ...(admin && { credentials: { username: admin.username, password: admin.password } }),
    ...(asked.cluster && { cluster: asked.cluster }),
  };
}

async function ofUrl(url: string, flags: RegistryFlags): Promise<LookedAt> {
  const { connect, ca, username, passwordStdin } = flags;
  if ((username === undefined) === passwordStdin)
    throw new CliError("--username and --password-stdin belong together");
  const endpoint: Endpoint = {
    via: "address",
    url,
    ...(connect === undefined ? {} : { connect }),
    ...(ca === undefined ? {} : { ca: readFile(ca) }),
  };
  refuse(() => parseAddress(endpoint));
  if (username === undefined) return { endpoint };
  const password = (await text(process.stdin)).replace(/\r?\n$/, "");
  if (password === "") throw new CliError("there is no password on standard input");
  return { endpoint, credentials: { username, password } };
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
