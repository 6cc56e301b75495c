import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { RegistryProcess } from "./registryProcess";

const run = promisify(execFile);

/** A containerd of its own, on a socket in a temporary folder. Needs root. */
export interface RunningContainerd {
  /** Fetches an image and gives what was said; the error has ctr's words. */
  fetch: (reference: string, hostsFolder: string) => Promise<void>;
  /** Runs ctr on it. */
  ctr: (...args: string[]) => Promise<unknown>;
  stop: () => Promise<void>;
}

const startupMs = 20_000;

export async function startContainerd(): Promise<RunningContainerd> {
  const folder = await mkdtemp(join(tmpdir(), "zot-fleet-containerd-"));
  const socket = join(folder, "containerd.sock");
  const config = join(folder, "config.toml");
  await mkdir(join(folder, "root"));
  await writeFile(
    config,
    [
      "version = 2",
      `root = ${JSON.stringify(join(folder, "root"))}`,
      `state = ${JSON.stringify(join(folder, "state"))}`,
      'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
      `[grpc]`,
      `  address = ${JSON.stringify(socket)}`,
      "",
    ].join("\n"),
  );
  const daemon = new RegistryProcess("containerd", ["-c", config], folder);
  await untilThere(socket);
  const ctr = (...args: string[]) => run("ctr", ["-a", socket, ...args]);
  return {
    ctr,
    fetch: async (reference, hostsFolder) => {
      // Otherwise what is there already would not be asked for.
      await ctr("images", "rm", reference).catch(() => undefined);
      await ctr("content", "fetch", "--hosts-dir", hostsFolder, reference);
    },
    stop: () => daemon.stop(),
  };
}

async function untilThere(path: string): Promise<void> {
  const end = Date.now() + startupMs;
  for (;;) {
    try {
      await access(path);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
  }
}
