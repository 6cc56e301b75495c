import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { secretKeys } from "../../../src/config/stack";
import { writeDemoArchive } from "../../../src/images/archives/demoArchive";
import { formatLock, lockFile } from "../../../src/seeding/lock";
import { lockSeeds } from "../../../src/seeding/lockSeeds";
import { killTree } from "../killTree";
import { putProgram } from "../program";
import { buildProgram } from "./buildProgram";
import { ended, type Told } from "./ended";
import { eventsIn, stepsIn, type Step } from "./engineEvents";
import { exportedState } from "./exportedState";
import { KeptProcess } from "./keptProcess";
import { passphraseKey, type StackKey } from "./stackKey";

const root = join(__dirname, "../../..");

export interface EngineRun {
  /** Whether it ended well; false as well where it was killed. */
  ok: boolean;
  killed: boolean;
  output: string;
  /** What the engine wrote into its event log. */
  events: string;
  /** What was done, or what a preview said would be; nothing that stays the same. */
  steps: Step[];
}

export interface ProjectOptions {
  /** Whose program runs. @default what is checked out */
  commit?: string | undefined;
  /** The stack's name. @default "test" */
  stack?: string;
  /** Texts of the program that are others here. @default none */
  replaced?: readonly (readonly [path: string, text: string, by: string])[];
  /** Plugins that stand in for Pulumi's, by name: Node's arguments. @default none */
  plugins?: Readonly<Record<string, readonly string[]>>;
  /** The passphrase that encrypts its secrets, where no other key does. @default "test" */
  passphrase?: string;
  /** What encrypts its secrets. @default the passphrase */
  key?: StackKey;
  /** Runs it as the package has it: longer to make, half as long to start. @default false */
  built?: boolean;
}

export interface RunOptions {
  /** Kills every process when so many operations have begun. */
  killAfter?: number;
  /** A preview for programs: `--json` in the place of `--diff`. @default false */
  json?: boolean;
  env?: Readonly<Record<string, string>>;
}

/**
 * A copy of this program, today's or that of an earlier commit, in a folder with its own state, run by a real engine.
 */
export class Project {
  readonly stack: string;
  readonly #passphrase: string;
  readonly #key: StackKey;
  readonly #built: boolean;
  readonly #host: KeptProcess;
  readonly #plugins: readonly (readonly [name: string, kept: KeptProcess])[];
  #runs = 0;

  /** @param environment what leads to the cluster */
  constructor(
    readonly folder: string,
    readonly environment: Readonly<Record<string, string>>,
    {
      commit,
      stack = "test",
      replaced = [],
      plugins = {},
      passphrase = "test",
      key = testKey(passphrase),
      built = false,
    }: ProjectOptions = {},
  ) {
    this.stack = stack;
    this.#built = built;
    putProgram(folder, commit);
    for (const [path, text, by] of replaced) {
      const before = readFileSync(join(folder, path), "utf8");
      if (!before.includes(text)) throw new Error(`${path} has no ${text}`);
      writeFileSync(join(folder, path), before.replace(text, by));
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const name of ["stacks", "images", "state", "bin"])
      mkdirSync(join(folder, name), { recursive: true });
    this.#passphrase = passphrase;
    this.#key = key;
    if (built) buildProgram(folder, JSON.stringify([commit, replaced]));
    const kept = (args: readonly string[]) =>
      new KeptProcess(args, () => ({ cwd: join(folder, "src"), env: this.env() }));
    const host = join(__dirname, "host.ts");
    const program = join(folder, this.#file("index"));
    this.#host = kept(["--require", require.resolve("tsx/cjs"), host, program]);
    this.#plugins = Object.entries({
      "pulumi-nodejs": [join(__dirname, "keptDynamicProvider.cjs")],
      ...plugins,
    }).map(([name, args]) => [name, kept(args)]);
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

  get file(): string {
    return join(this.folder, "stacks", `Pulumi.${this.stack}.yaml`);
  }

  /** Writes the stack file, its secrets encrypted, and locks its seeds. */
  async configure(config: Readonly<Record<string, unknown>>): Promise<void> {
    const entries = Object.entries(config).map(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return [
        `zot-fleet:${name}`,
        secretKeys.has(name) ? { secure: this.#key.encrypt(text) } : value,
      ];
    });
    const file = { ...this.#key.settings, config: Object.fromEntries(entries) as object };
    writeFileSync(this.file, JSON.stringify(file, null, 1));
    type Seeds = (Parameters<typeof lockSeeds>[0][number] & { from?: string })[];
    const seeds = ((config["seeds"] ?? []) as Seeds).filter(({ from }) => from === undefined);
    const lock = await lockSeeds(seeds, this.folder);
    writeFileSync(join(this.folder, lockFile), formatLock(lock));
  }

  up(options: RunOptions & { refresh?: boolean } = {}): Promise<EngineRun> {
    const refresh = options.refresh === true ? ["--refresh"] : [];
    return this.#run(["up", "--yes", "--skip-preview", ...refresh], options);
  }

  preview(options: RunOptions & { refresh?: boolean } = {}): Promise<EngineRun> {
    return this.#run(
      [
        "preview",
        options.json === true ? "--json" : "--diff",
        ...(options.refresh === true ? ["--refresh"] : []),
      ],
      options,
    );
  }

  destroy(options: RunOptions = {}): Promise<EngineRun> {
    return this.#run(["destroy", "--yes", "--skip-preview"], options);
  }

  async init(): Promise<void> {
    await this.pulumi(["stack", "init", this.stack, "--secrets-provider", "passphrase"]);
  }

  /** The state as `pulumi stack export` prints it; its secrets encrypted unless they are asked for. */
  export(show = false): string {
    return exportedState(
      join(this.folder, "state/.pulumi/stacks/zot-fleet", `${this.stack}.json`),
      show
        ? (salt) => (salt === undefined ? this.#key : testKey(this.#passphrase, salt))
        : undefined,
    );
  }

  async import(state: string): Promise<void> {
    const path = join(this.folder, "import.json");
    writeFileSync(path, state);
    await this.pulumi(["stack", "import", "--stack", this.stack, "--file", path, "--force"]);
    rmSync(path);
  }

  /** Runs another command of Pulumi's and gives what it prints. @throws Error with its words */
  async pulumi(args: string[]): Promise<string> {
    const child = spawn("pulumi", [...args, "--non-interactive"], {
      cwd: this.folder,
      env: this.env(),
    });
    const { code, stdout, stderr } = await ended(child);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")}: ${stderr}${stdout}`);
    return stdout;
  }

  /** What the command line prints, and its exit code. */
  fleet(...args: string[]): Promise<Told> {
    return this.fleetWith(args);
  }

  /** The same, with something on standard input, and more in the environment. */
  async fleetWith(
    args: readonly string[],
    { input = "", env = {} }: { input?: string; env?: Readonly<Record<string, string>> } = {},
  ): Promise<Told> {
    const all = [
      ...(this.#built ? [] : ["--import", "tsx"]),
      join(this.folder, this.#file("cli/main")),
      ...args,
    ];
    const child = spawn(process.execPath, all, { cwd: this.folder, env: this.env(env) });
    // A command that needs no input may have ended before it is written.
    child.stdin.on("error", () => undefined).end(input);
    return ended(child);
  }

  /** A file of the program, from the project's folder. */
  #file(name: string): string {
    return this.#built ? join("dist", `${name}.js`) : join("src", `${name}.ts`);
  }

  close(): void {
    for (const each of [this.#host, ...this.#plugins.map(([, kept]) => kept)]) each.close();
  }

  /** The environment of everything that runs here: nothing of Pulumi's comes from outside. */
  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
    const bin = join(this.folder, "bin");
    return {
      ...(Object.fromEntries(kept) as Record<string, string>),
      ...this.environment,
      PATH: [bin, this.environment["PATH"] ?? process.env["PATH"] ?? ""].join(delimiter),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: this.#passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_NODEJS_PROJECT: "zot-fleet",
      ...more,
    };
  }

  async #run(args: string[], { killAfter, env = {} }: RunOptions): Promise<EngineRun> {
    for (const [name, kept] of this.#plugins)
      await kept.writeLauncher(join(this.folder, "bin", `pulumi-resource-${name}`));
    const log = join(this.folder, `events-${++this.#runs}.json`);
    const inline = args[0] === "destroy" ? [] : [`--client=127.0.0.1:${await this.#host.port()}`];
    const all = [
      ...args,
      "--stack",
      this.stack,
      "--non-interactive",
      ...inline,
      "--exec-kind=auto.inline",
      "--event-log",
      log,
    ];
    const child = spawn("pulumi", all, { cwd: this.folder, env: this.env(env) });
    const run = { over: false };
    const whole = ended(child).finally(() => (run.over = true));
    let killed = false;
    if (killAfter !== undefined)
      while (!run.over && !killed) {
        if (stepsIn(eventsIn(log), false).length >= killAfter && child.pid !== undefined) {
          killTree(child.pid);
          this.close();
          killed = true;
        } else await sleep(15);
      }
    const { code, stdout, stderr } = await whole;
    const text = existsSync(log) ? readFileSync(log, "utf8") : "";
    const events = eventsIn(log);
    rmSync(log, { force: true });
    // A killed engine leaves its lock.
    if (killed) rmSync(join(this.folder, "state/.pulumi/locks"), { recursive: true, force: true });
    const steps = stepsIn(events, true);
    return { ok: code === 0, killed, output: stdout + stderr, events: text, steps };
  }
}

const testKey = (passphrase: string, salt = Buffer.from("lifecycl").toString("base64")) =>
  passphraseKey(passphrase, Buffer.from(salt, "base64"));
