import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";
import type { Credentials } from "../registry/client";
import { withoutProxies } from "../registry/proxy";
import { Secrets } from "../registry/redact";
import { childEnvironment } from "../system/environment";
import { endWhenStalled, stall } from "../system/stalled";
import type { ArchiveForSkopeo } from "./archiveForSkopeo";
import { countRead, type Transfer } from "./meter";

/** The oldest skopeo that seeding was run with. */
export const oldestSkopeo = "1.9.3";

/** skopeo failed. The message holds what it printed, less the credentials. */
export class SkopeoError extends Error {
  override readonly name = "SkopeoError";
}

/** How skopeo is started. */
interface Started extends Pick<ArchiveForSkopeo, "descriptors"> {
  cwd?: string;
  /** Hears how far it has come. */
  transfer: Transfer | undefined;
  /** Ends it. */
  signal: AbortSignal;
  /** The variables that lead it to registries. */
  proxy: Record<string, string>;
}

/**
 * Runs skopeo to its end, and ends it where it stands still: it waits for a registry's answer without limit.
 *
 * @throws SkopeoError
 */
export function runSkopeo(
  skopeo: string,
  args: string[],
  accounts: readonly { credentials?: Credentials }[],
  { cwd, descriptors, transfer, signal, proxy }: Started,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...withoutProxies(childEnvironment()), ...proxy };
    const child = spawn(skopeo, args, {
      stdio: ["ignore", "ignore", "pipe", ...descriptors],
      cwd,
      signal,
      env,
    }) as ChildProcessByStdio<null, null, Readable>;
    const watch = endWhenStalled(child);
    const counting = countRead(child.pid, transfer);
    let errorText = "";
    child.stderr.on(
      "data",
      (chunk: Buffer) => (errorText = (errorText + chunk.toString()).slice(-8192)),
    );
    child.on("error", reject);
    child.on("close", (code, killedBy) => {
      counting.end();
      const stalled = watch.end();
      if (code === 0) {
        resolve();
        return;
      }
      const said = explain(
        errorText,
        accounts.map(({ credentials }) => credentials),
      );
      const ended = said || `skopeo ended with ${killedBy ?? `code ${code ?? "?"}`}`;
      reject(new SkopeoError(stalled ? standsStill() : `${ended}${tooOld(said, skopeo)}`));
    });
  });
}

const standsStill = () =>
  `skopeo moved nothing for ${Math.round(stall.afterMs / 1000)} s and was ended: does the registry, or what lies before it, still answer?`;

const tooOld = (said: string, skopeo: string) =>
  /unknown (?:flag|shorthand flag|command)/.test(said)
    ? `: ${skopeo} does not know what is asked of it; the oldest that was tried is ${oldestSkopeo}`
    : "";

/** What skopeo printed last, without its log prefix and without credentials, which a registry may send back. */
export function explain(errorText: string, accounts: readonly (Credentials | undefined)[]): string {
  const lines = errorText.trim().split("\n");
  const fatal = lines
    .filter((line) => line.includes("level=fatal"))
    .map((line) => /msg="(.*)"$/.exec(line)?.[1] ?? line);
  const text = (fatal.length > 0 ? fatal : lines).join("\n").replaceAll('\\"', '"');
  const secrets = new Secrets();
  for (const account of accounts) if (account) secrets.addLogin(account);
  return text
    .split("\n")
    .map((line) => secrets.clean(line, 8192))
    .join("\n");
}
