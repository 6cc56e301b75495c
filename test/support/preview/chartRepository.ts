import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";

/** A Helm repository on this machine that holds charts of these folders, by version. */
export async function startChartRepository(
  folders: Readonly<Record<string, string>>,
): Promise<{ url: string; stop: () => void }> {
  const place = mkdtempSync(join(tmpdir(), "zot-fleet-charts-"));
  const file = (version: string) => `zot-${version}.tgz`;
  for (const [version, folder] of Object.entries(folders)) {
    const target = join(place, file(version));
    await create({ gzip: true, file: target, cwd: folder, prefix: "zot" }, readdirSync(folder));
  }
  const entries = Object.keys(folders).map((version) => ({
    apiVersion: "v2",
    name: "zot",
    version,
    urls: [file(version)],
  }));
  // JSON is YAML, too.
  const index = JSON.stringify({ apiVersion: "v1", entries: { zot: entries } });
  const server = createServer(({ url = "" }, answer) => {
    const version = Object.keys(folders).find((each) => url.endsWith(file(each)));
    if (url.endsWith("/index.yaml")) answer.end(index);
    else if (version !== undefined) answer.end(readFileSync(join(place, file(version))));
    else answer.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
      rmSync(place, { recursive: true });
    },
  };
}
