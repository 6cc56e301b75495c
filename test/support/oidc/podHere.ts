import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hashSync } from "bcryptjs";
import { RegistryProcess } from "../registryProcess";
import type { Declared } from "../deployment";

interface ChartValues {
  configFiles: Record<string, string>;
  extraArgs?: string[];
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { key: string } } }[];
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
    private readonly config: string,
  ) {}

  static async of(resources: readonly Declared[]): Promise<PodHere> {
    const folder = await mkdtemp(join(tmpdir(), "zot-fleet-pod-"));
    const here = (text: string) =>
      mounts.reduce((all, mount) => all.replaceAll(mount, join(folder, mount)), text);
    const { configFiles, env, extraArgs } = valuesIn(resources);
    const secret = secretIn(resources);
    // What is not mounted is there for people to read.
    const mapped = extraArgs === undefined ? configFiles : {};
    for (const [folderInPod, files] of [
      ["/etc/zot", mapped],
      ["/secret", secret],
    ] as const)
      for (const [name, content] of Object.entries(files))
        await write(join(folder, folderInPod, name), mounted(name, content, here));
    return new PodHere(
      folder,
      env.map(({ name, value = "", valueFrom }) =>
        valueFrom === undefined
          ? `${name}=${here(value)}`
          : `${name}=${secret[valueFrom.secretKeyRef.key] ?? ""}`,
      ),
      extraArgs?.at(-1) ?? "/etc/zot/config.json",
    );
  }

  /** The file of a path in the pod. */
  path(inPod: string): string {
    return join(this.folder, inPod);
  }

  async start(): Promise<RunningPod> {
    const cwd = await mkdtemp(join(tmpdir(), "zot-fleet-pod-cwd-"));
    const args = [...this.env, "zot", "serve", this.path(this.config)];
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

function mounted(name: string, content: string, here: (text: string) => string): string {
  if (name === "config.json") return here(onLoopback(content));
  return name === "htpasswd" ? opened(content) : content;
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
