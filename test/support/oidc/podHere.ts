import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hashSync } from "bcryptjs";
import { RegistryProcess } from "../registryProcess";
import type { Declared } from "../deployment";

interface ChartValues {
  configFiles: Record<string, string>;
  env: { name: string; value: string }[];
}

/** A pod's Zot as a process of this machine. */
export interface RunningPod {
  port: string;
  log(): string;
  stop(): Promise<void>;
}

/** Paths in the pod that a folder of this machine stands for. */
const mounts = ["/etc/zot", "/secret", "/var/lib/registry"];

/**
 * What a deployment declares of the registry's pod, in a folder: the files of its ConfigMap and of its Secret, where they would be
 * mounted, and its environment. Only the accounts' hashes are others, because mocks make none: `password-of-<name>` opens each.
 */
export class PodHere {
  private constructor(
    readonly folder: string,
    private readonly env: readonly string[],
  ) {}

  static async of(resources: readonly Declared[]): Promise<PodHere> {
    const folder = await mkdtemp(join(tmpdir(), "zot-fleet-pod-"));
    const here = (text: string) =>
      mounts.reduce((all, mount) => all.replaceAll(mount, join(folder, mount)), text);
    const { configFiles, env } = valuesIn(resources);
    for (const [name, content] of Object.entries(configFiles))
      await write(
        join(folder, "/etc/zot", name),
        name === "config.json" ? here(onLoopback(content)) : content,
      );
    for (const [name, content] of Object.entries(secretIn(resources)))
      await write(join(folder, "/secret", name), name === "htpasswd" ? opened(content) : content);
    return new PodHere(
      folder,
      env.map(({ name, value }) => `${name}=${here(value)}`),
    );
  }

  /** The file of a path in the pod. */
  path(inPod: string): string {
    return join(this.folder, inPod);
  }

  async start(): Promise<RunningPod> {
    const cwd = await mkdtemp(join(tmpdir(), "zot-fleet-pod-cwd-"));
    const args = [...this.env, "zot", "serve", this.path("/etc/zot/config.json")];
    const zot = new RegistryProcess("env", args, cwd);
    const port = await zot.logged(/kernel chosen port","port":(\d+)/);
    return { port, log: () => zot.log, stop: () => zot.stop() };
  }
}

function valuesIn(resources: readonly Declared[]): ChartValues {
  const release = resources.find(({ type }) => type.endsWith(":Release"));
  return release?.inputs["values"] as ChartValues;
}

function secretIn(resources: readonly Declared[]): Record<string, string> {
  const secret = resources.find(({ name }) => name === "zot-secret");
  const { value } = secret?.inputs["data"] as { value: Record<string, string> };
  const decoded = Object.entries(value).map(([name, text]) => {
    return [name, Buffer.from(text, "base64").toString()] as const;
  });
  return Object.fromEntries(decoded);
}

function onLoopback(content: string): string {
  const config = JSON.parse(content) as { http: object };
  return JSON.stringify({ ...config, http: { ...config.http, address: "127.0.0.1", port: "0" } });
}

function opened(htpasswd: string): string {
  return htpasswd
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(":", 1)[0] ?? "")
    .map((name) => `${name}:${hashSync(`password-of-${name}`, 4)}\n`)
    .join("");
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o600 });
}
