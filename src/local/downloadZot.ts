import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fetch } from "undici";
import { parseAddress } from "../registry/address";
import { buildAgent } from "../registry/network";
import { readProxies } from "../registry/proxy";
import { cacheDirectory } from "../system/cacheDirectory";
import { UnavailableError } from "../system/userError";

/** Where people get Zot. */
export const releasePage = "https://github.com/project-zot/zot/releases";

/** The release that is downloaded, and the SHA-256 of its binaries: what lies beside a binary changes with whoever changes that. */
const tag = "v2.1.18";
const pinned: Readonly<Record<string, string>> = {
  "zot-linux-amd64": "a359a0af159db6758b24f8e26d6a244aae95caf3ff382c462875f42d9e082898",
};

const version = tag.slice(1);

/**
 * The path of Zot's released binary for this machine, downloaded once and kept in the cache directory.
 * @throws UnavailableError where it cannot be downloaded, or is not the binary that is pinned here
 */
export async function downloadZot(say: (message: string) => void): Promise<string> {
  const architecture = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  const file = `zot-${process.platform}-${architecture ?? process.arch}`;
  const expected = pinned[file];
  if (expected === undefined)
    throw new UnavailableError(
      `no checksum is pinned for ${file}: put a zot on PATH, from ${releasePage}`,
    );
  const path = join(cacheDirectory(), `zot-${version}-${expected.slice(0, 12)}`, file);
  if (existsSync(path)) return path;
  say(`zot is not on PATH: downloading ${version}`);
  const binary = await download(file);
  const found = createHash("sha256").update(binary).digest("hex");
  if (expected !== found)
    throw new UnavailableError(
      `what was downloaded as ${file} of Zot ${version} has SHA-256 ${found}, and is not used: it should be ${expected}`,
    );
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, binary);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, path);
  return path;
}

async function download(file: string): Promise<Buffer> {
  const from = `${releasePage}/download`;
  const address = parseAddress({ url: new URL(from).origin });
  const proxies = readProxies();
  const [ca, connections] = [undefined, 1];
  const dispatcher = buildAgent({ address, proxies, ca, timeoutMs: 5000, connections });
  try {
    const response = await fetch(`${from}/${tag}/${file}`, { dispatcher });
    if (!response.ok)
      throw new UnavailableError(
        `${file} of Zot ${version}: the download answers ${response.status}`,
      );
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    throw new UnavailableError(`${file} of Zot ${version} cannot be downloaded from here`);
  } finally {
    await dispatcher.close();
  }
}
