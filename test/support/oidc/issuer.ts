import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RegistryProcess } from "../registryProcess";

export interface IssuerOptions {
  /** A certificate for 127.0.0.1. */
  tls: { key: string; cert: string };
  clients: { id: string; secret: string; callback: string }[];
  /** What is told of a person, by the name that signs in. */
  people: Record<string, object>;
  /** @default one that is free */
  port?: number;
}

/** A real OpenID provider on loopback: `stop()` it in `after`. */
export interface RunningIssuer {
  /** As it calls itself: `https://127.0.0.1:port`. */
  url: string;
  log(): string;
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
  return { url: `https://127.0.0.1:${port}`, log: () => issuer.log, stop: () => issuer.stop() };
}
