import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fetch } from "undici";
import { parseAddress } from "../oci/address";
import { buildAgent } from "../oci/network";
import { readProxies } from "../oci/proxy";
import { cacheDirectory } from "./cacheDirectory";

const version = "2.1.18";
const releases = "https://github.com/project-zot/zot/releases/download";

/**
 * The path of Zot's released binary for this machine, downloaded once and kept in the cache directory.
 * @throws where it cannot be downloaded, or is not what the release's checksums say
 */
export async function downloadZot(say: (message: string) => void): Promise<string> {
  const architecture = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  const file = `zot-${process.platform}-${architecture ?? process.arch}`;
  const path = join(cacheDirectory(), `zot-${version}`, file);
  if (existsSync(path)) return path;
  say(`zot is not on PATH: downloading ${version}`);
  const [binary, checksums] = await Promise.all([download(file), download("checksums.sha256.txt")]);
  const expected = checksums
    .toString("utf8")
    .split("\n")
    .map((line) => line.split(/\s+\*?/))
    .find(([, name]) => name === file)?.[0];
  const found = createHash("sha256").update(binary).digest("hex");
  if (expected !== found) {
    throw new Error(
      `${file} of Zot ${version} has SHA-256 ${found}, its release says ${expected ?? "nothing"}`,
    );
  }
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, binary);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, path);
  return path;
}

async function download(file: string): Promise<Buffer> {
  const address = parseAddress({ url: new URL(releases).origin });
  const proxies = readProxies();
  const [ca, connections] = [undefined, 1];
  const dispatcher = buildAgent({ address, proxies, ca, timeoutMs: 5000, connections });
  try {
    const response = await fetch(`${releases}/v${version}/${file}`, { dispatcher });
    if (!response.ok)
      throw new Error(`${file} of Zot ${version}: the download answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    await dispatcher.close();
  }
}
