import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The release of a zot binary, such as `2.1.18`. */
export async function zotVersionOf(zot: string): Promise<string> {
  const { stdout, stderr } = await run(zot, ["--version"]);
  const version = /v(\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1];
  if (version === undefined) throw new Error(`${zot} --version names no version`);
  return version;
}

/**
 * Asks `zot verify` about a config.json.
 *
 * @returns undefined when Zot takes it, else what it wrote
 */
export async function zotVerify(zot: string, config: unknown): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "zot-verify-"));
  try {
    const file = join(folder, "config.json");
    await writeFile(file, JSON.stringify(config, null, 2));
    await run(zot, ["verify", file]);
    return undefined;
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout) + String(error);
  } finally {
    await rm(folder, { recursive: true });
  }
}
