import { mkdtemp } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RegistryProcess } from "../registryProcess";

export interface IssuerOptions {
  /** A certificate for its address. */
  tls: { key: string; cert: string };
  /** The address of this machine that it goes by. @default 127.0.0.1 */
  address?: string;
  clients: { id: string; secret: string; callback: string }[];
  /** What is told of a person, by the name that signs in. */
  people: Record<string, object>;
  /** @default one that is free */
  port?: number;
}

/** A real OpenID provider on this machine: `stop()` it in `after`. */
export interface RunningIssuer {
  /** As it calls itself: `https://127.0.0.1:port`. */
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Starts npm's oidc-provider as a process of its own. */
export async function startIssuer(options: IssuerOptions): Promise<RunningIssuer> {
  const folder = await mkdtemp(join(tmpdir(), "zot-fleet-issuer-"));
  const loader = pathToFileURL(require.resolve("tsx")).href;
  const program = resolve(__dirname, "issuerProcess.ts");
  const args = ["--import", loader, program, JSON.stringify(options)];
  const issuer = new RegistryProcess(process.execPath, args, folder);
  const port = await issuer.logged(/the issuer listens on port (\d+)\./);
  return {
    url: `https://${options.address ?? "127.0.0.1"}:${port}`,
    port: Number(port),
    stop: () => issuer.stop(),
  };
}

/** An address of this machine that a cluster's pods may reach. */
export const ownAddress = () =>
  Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
