import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Context } from "mocha";
import { secretKeys } from "../../src/config/stack";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { putProgram } from "./program";
import { skipBecause, skipWithout } from "./skip";
import { readYaml } from "./yaml";

const run = promisify(execFile);
const root = join(__dirname, "../..");

/** A real cluster, and charts by version. */
export interface TestCluster {
  context: string;
  kubectl: (...args: string[]) => Promise<string>;
  /** Makes objects as they are written. */
  apply: (...objects: object[]) => Promise<void>;
  /** The folder of a chart. */
  chart: (version: string) => string;
}

/**
 * The cluster that KUBECONFIG names, with the charts of `$ZOT_CHARTS/zot-<version>`; skips by name where something is
 * missing. Never a cluster of the home folder: tests make and remove namespaces.
 */
export async function needsCluster(context: Context, ...versions: string[]): Promise<TestCluster> {
  const tools = [
    "pulumi",
    "pulumi-resource-kubernetes",
    "pulumi-resource-command",
    "kubectl",
    "skopeo",
  ];
  for (const tool of tools) skipWithout(tool, context);
  if ((process.env["KUBECONFIG"] ?? "") === "") skipBecause("KUBECONFIG names no cluster", context);
  const charts =
    process.env["ZOT_CHARTS"] ?? skipBecause("ZOT_CHARTS names no folder with charts", context);
  const chart = (version: string) => join(charts, `zot-${version}`);
  for (const version of versions)
    if (!existsSync(join(chart(version), "Chart.yaml")))
      skipBecause(`there is no chart ${version} in ZOT_CHARTS`, context);
  const kubectl = async (...args: string[]) =>
    (await run("kubectl", args, { maxBuffer: 64 << 20 })).stdout.trim();
  const apply = async (...objects: object[]) => {
    const folder = mkdtempSync(join(tmpdir(), "zot-fleet-apply-"));
    const file = join(folder, "objects.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    await kubectl("apply", "-f", file).finally(() => {
      rmSync(folder, { recursive: true });
    });
  };
  const current = await kubectl("config", "current-context").catch(() => undefined);
  if (current === undefined || (await kubectl("get", "--raw", "/readyz").catch(() => "")) !== "ok")
    skipBecause("the cluster that KUBECONFIG names does not answer", context);
  return { context: current, kubectl, apply, chart };
}

export interface PulumiRun {
  code: number;
  /** What it told: of a document, this alone. */
  stdout: string;
  /** All that it wrote, its warnings among it. */
  output: string;
  seconds: number;
}

/** A copy of this program in a folder of its own, with its own state. */
export class ClusterProject {
  readonly folder = mkdtempSync(join(tmpdir(), "zot-fleet-cluster-"));

  /** @param commit whose program it begins with; none is what is checked out */
  constructor(commit?: string) {
    putProgram(this.folder, commit);
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    for (const name of ["stacks", "images", "state"]) mkdirSync(join(this.folder, name));
  }

  /** Goes on with what is checked out, over the same state. */
  upgrade(): void {
    putProgram(this.folder);
  }

  /** Writes a docker-archive and gives its path as a stack file has it. */
  async archive(name: string, platform: string, text = name): Promise<string> {
    const path = join("images", `${name}-${platform.replaceAll("/", "-")}.tar`);
    await writeDemoArchive(join(this.folder, path), {
      platform,
      repoTag: `demo/${name}:1.0`,
      files: { "text.txt": `${text} for ${platform}\n` },
    });
    return path;
  }

  /** Writes the stack file, its secrets encrypted, and locks its seeds. The rest is JSON, which is YAML. */
  async configure(stack: string, config: Record<string, unknown>): Promise<void> {
    const path = join(this.folder, "stacks", `Pulumi.${stack}.yaml`);
    const named = Object.entries(config);
    const plain = named.filter(([key]) => !secretKeys.has(key));
    const before = existsSync(path)
      ? (readYaml(readFileSync(path, "utf8")) as { encryptionsalt?: string })
      : {};
    const text = JSON.stringify({
      encryptionsalt: before.encryptionsalt,
      config: Object.fromEntries(plain.map(([key, value]) => [`zot-fleet:${key}`, value])),
    });
    writeFileSync(path, text);
    const secret = named.filter(([key]) => secretKeys.has(key));
    if (secret.length > 0) await this.pulumi(["stack", "init", stack]);
    for (const [key, value] of secret) {
      const given = typeof value === "string" ? value : JSON.stringify(value);
      const set = ["config", "set", "--secret", `zot-fleet:${key}`, given, "--stack", stack];
      const { code, output } = await this.pulumi(set);
      if (code !== 0) throw new Error(output);
    }
    await run(process.execPath, ["--import", "tsx", "src/cli/main.ts", "lock"], {
      cwd: this.folder,
    });
  }

  /** Writes the stack file anew, without a secret and without a look at what is locked. */
  say(stack: string, config: Record<string, unknown>): void {
    const path = join(this.folder, "stacks", `Pulumi.${stack}.yaml`);
    const { encryptionsalt } = readYaml(readFileSync(path, "utf8")) as { encryptionsalt?: string };
    const named = Object.entries(config).map(([key, value]) => [`zot-fleet:${key}`, value]);
    const text = { encryptionsalt, config: Object.fromEntries(named) as unknown };
    writeFileSync(path, JSON.stringify(text));
  }

  /** Runs pulumi; a failure is an outcome. */
  async pulumi(args: string[], env: NodeJS.ProcessEnv = {}): Promise<PulumiRun> {
    const started = Date.now();
    const options = {
      cwd: this.folder,
      env: { ...process.env, ...this.environment(), ...env },
      maxBuffer: 64 << 20,
    };
    const seconds = () => (Date.now() - started) / 1000;
    try {
      const { stdout, stderr } = await run("pulumi", [...args, "--non-interactive"], options);
      return { code: 0, stdout, output: stdout + stderr, seconds: seconds() };
    } catch (error) {
      const {
        code,
        stdout = "",
        stderr = "",
      } = error as { code?: number; stdout?: string; stderr?: string };
      return { code: code ?? 1, stdout, output: stdout + stderr, seconds: seconds() };
    }
  }

  /** What the command line prints; throws where it does not end with 0. */
  async fleet(...args: string[]): Promise<string> {
    const all = ["--import", "tsx", "src/cli/main.ts", ...args];
    const options = { cwd: this.folder, env: { ...process.env, ...this.environment() } };
    return (await run(process.execPath, all, options)).stdout;
  }

  async up(stack: string): Promise<PulumiRun> {
    return this.pulumi(["up", "--stack", stack, "--yes", "--skip-preview"]);
  }

  async preview(stack: string, env: NodeJS.ProcessEnv = {}): Promise<PulumiRun> {
    return this.pulumi(["preview", "--stack", stack, "--expect-no-changes"], env);
  }

  /** The state as it is stored. */
  async state(stack: string): Promise<string> {
    return (await this.pulumi(["stack", "export", "--stack", stack])).stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What makes pulumi, and what runs it, use this copy's own state. */
  environment(): Record<string, string> {
    return {
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
  }
}

/** Removes namespaces, and gives the volumes of their claims back without what is on them being forgotten. */
export async function removeNamespaces(
  { kubectl }: TestCluster,
  ...names: string[]
): Promise<void> {
  const volumes = await Promise.all(
    names.map((name) =>
      kubectl("-n", name, "get", "pvc", "-o", "jsonpath={.items[*].spec.volumeName}"),
    ),
  );
  await kubectl("delete", "namespace", ...names, "--ignore-not-found", "--wait");
  for (const volume of volumes.flatMap((list) => list.split(" ")).filter((name) => name !== ""))
    await kubectl(
      "patch",
      "pv",
      volume,
      "--type=json",
      '-p=[{"op":"remove","path":"/spec/claimRef"}]',
    ).catch(() => "");
}
