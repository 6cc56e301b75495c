import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { findTool, requireTool } from "../../../src/system/tools";
import { firstWish, stackConfig } from "../lifecycle/edits";
import { Project } from "../lifecycle/project";
import { ClusterStandIn } from "../standIn/cluster";
import { runAct, withShortNames, type ActJob, type ActRun } from "./act";
import { read, stepsOf } from "./files";

const root = join(__dirname, "../../..");

/** What must stand in no log. */
const canaries = {
  kubeconfig: "kubeconfig-canary",
  password: "password-canary",
} as const;

export type Forge = "github" | "forgejo";

export interface TeamRun extends Pick<ActJob, "matrix"> {
  event: ActJob["event"];
  payload?: object;
  token?: string;
  /** @default those of the stacks */
  secrets?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  /** What a team changes in the file that it copies. @default nothing */
  edit?: (words: string) => string;
}

/** A team's repository with this program. Its workflows run by act; what their steps call is real but for what `#writeTools` has. */
export class Team {
  readonly project: Project;
  readonly clusters: Readonly<Record<"ottawa" | "nairobi", ClusterStandIn>>;
  #runs = 0;

  constructor(readonly folder: string) {
    const cluster = (context: string) => new ClusterStandIn(join(folder, context), { context });
    this.clusters = { ottawa: cluster("ottawa"), nairobi: cluster("nairobi") };
    this.project = new Project(join(folder, "repository"), {}, { stack: "ottawa" });
    for (const name of ["workflows/keep-comment.mjs", "examples/regsync.jq"])
      cpSync(join(root, name), join(this.project.folder, name));
    // What else lies in the project's folder is none of the repository's.
    writeFileSync(
      join(this.project.folder, ".gitignore"),
      ["node_modules", "/bin", "/home", "/images", "/state"].map((line) => `${line}\n`).join(""),
    );
    // act asks it for a branch and a commit.
    const git = (...args: string[]) => {
      const who = ["-c", "user.name=team", "-c", "user.email=team@test.test"];
      execFileSync("git", [...who, ...args], { cwd: this.project.folder });
    };
    git("init", "--quiet", "--initial-branch", "main");
    git("commit", "--quiet", "--allow-empty", "--message", "first");
    this.#writeTools();
  }

  /** Its stacks: `ottawa` and `nairobi`, each with a cluster that stands in, and `lisbon`, which has a stack file and no state. */
  async openStacks(): Promise<void> {
    for (const each of Object.values(this.clusters)) await each.open();
    await this.#configure();
    await this.project.init();
    await this.project.pulumi(["stack", "init", "nairobi", "--secrets-provider", "passphrase"]);
  }

  async close(): Promise<void> {
    this.project.close();
    for (const each of Object.values(this.clusters)) await each.close();
  }

  async #configure(): Promise<void> {
    const { ottawa, nairobi } = this.clusters;
    const config = stackConfig(
      {
        ...firstWish,
        namespaces: ["apps"],
        gateways: [],
        seeds: {},
        keys: {},
        password: { text: canaries.password, asLine: false },
      },
      {
        context: ottawa.context,
        url: ottawa.pod.url,
        namespaceOf: (name) => name,
        chart: (version) => ottawa.chart(version),
        forge: "http://127.0.0.1:1",
        archiveOf: () => "",
      },
    );
    await this.project.configure(config);
    const ottawas = readFileSync(this.project.file, "utf8");
    const file = (stack: string, url: string) => {
      const words = ottawas.replaceAll("ottawa", stack).replaceAll(ottawa.pod.url, url);
      writeFileSync(join(this.project.folder, "stacks", `Pulumi.${stack}.yaml`), words);
    };
    file("nairobi", nairobi.pod.url);
    file("lisbon", nairobi.pod.url);
  }

  /** What the workflows of stacks name. */
  get #secrets(): Record<string, string> {
    const configs = Object.values(this.clusters).map(
      ({ folder }) =>
        JSON.parse(readFileSync(join(folder, "kubeconfig"), "utf8")) as Record<string, unknown>,
    );
    const all = (key: string) => configs.flatMap((config) => config[key] as { user?: object }[]);
    const users = all("users").map((each) => ({ ...each, user: { token: canaries.kubeconfig } }));
    const kubeconfig = {
      ...configs[0],
      contexts: all("contexts"),
      clusters: all("clusters"),
      users,
    };
    return {
      KUBECONFIG: JSON.stringify(kubeconfig, null, 1),
      PULUMI_BACKEND_URL: `file://${join(this.project.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
    };
  }

  /** Runs a workflow as the forge has it. @throws Error where a secret was printed */
  async run(forge: Forge, name: string, run: TeamRun): Promise<ActRun> {
    const { event, payload = {}, token = "token-canary", env = {}, edit } = run;
    const secrets = run.secrets ?? this.#secrets;
    const own = read(forge, name);
    const words = withShortNames(edit?.(own) ?? own);
    const workflow = join(`.${forge}`, "workflows", name);
    const path = join(this.project.folder, workflow);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, words);
    const used = stepsOf(words).flatMap(({ uses }) => uses ?? []);
    const actions = used.map((uses) => [uses, this.#action(uses)] as const);
    const done = await runAct(join(this.folder, `run-${++this.#runs}`), {
      ...run,
      event,
      payload,
      checkout: this.project.folder,
      workflow,
      secrets: { ...secrets, GITHUB_TOKEN: token },
      actions: Object.fromEntries(actions),
      path: [this.#bin, process.env["PATH"] ?? ""].join(delimiter),
      env: {
        GITHUB_REPOSITORY: "team/fleet",
        PULUMI_HOME: join(this.folder, "home"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ARTIFACTS: this.artifacts,
        ...env,
      },
    });
    for (const canary of [...Object.values(canaries), token])
      if (done.log.includes(canary)) throw new Error(`${canary} stands in the log:\n${done.log}`);
    return done;
  }

  /** When each file and folder of the state was changed last: a lock that came and went changes its folder. */
  state(): Record<string, number> {
    const state = join(this.project.folder, "state");
    const names = readdirSync(state, { recursive: true, encoding: "utf8" });
    return Object.fromEntries(
      ["", ...names].map((name) => [name, statSync(join(state, name)).mtimeMs]),
    );
  }

  /** Where uploads land. */
  get artifacts(): string {
    return join(this.folder, "artifacts");
  }

  get #bin(): string {
    return join(this.folder, "bin");
  }

  /** An action's stand-in: those that the workflows use install tools from the internet, or speak to the forge. */
  #action(uses: string): string {
    const upload = uses.includes("upload-artifact");
    const folder = join(this.folder, upload ? "upload-action" : "install-action");
    mkdirSync(folder, { recursive: true });
    const step = upload ? 'cp "${{ inputs.path }}" "$ARTIFACTS"' : "true";
    const inputs = upload ? { path: { required: true } } : {};
    const action = {
      name: "stand-in",
      inputs,
      runs: { using: "composite", steps: [{ shell: "sh", run: step }] },
    };
    writeFileSync(join(folder, "action.yml"), JSON.stringify(action));
    return folder;
  }

  /** What stands in for what would change this machine, or ask the internet; and the cluster's provider. */
  #writeTools(): void {
    for (const each of [this.#bin, this.artifacts]) mkdirSync(each, { recursive: true });
    const tool = (name: string, ...lines: string[]) => {
      const script = ["#!/bin/sh", ...lines, ""].join("\n");
      writeFileSync(join(this.#bin, name), script, { mode: 0o755 });
    };
    tool("sudo", 'exec "$@"');
    tool("apt-get", 'echo "apt-get $*"');
    tool(
      "npm",
      `[ "$1" = ci ] || exec '${requireTool("npm")}' "$@"`,
      '[ -z "$NPM_AWAY" ] || { echo "npm error: the registry is away" >&2; exit 1; }',
      `exec ln -s '${join(root, "node_modules")}' node_modules`,
    );
    // Builds and downloads of the backup: what is on PATH is taken.
    tool("go", `exec cp "$(command -v regsync)" "$GOBIN/regsync"`);
    tool("curl", 'while [ "$1" != --output ]; do shift; done; exec cp "$ZOT" "$2"');
    // The provider ends with its input, and this one has no end.
    const never = join(this.folder, "never");
    execFileSync(findTool("mkfifo") ?? "mkfifo", [never]);
    for (const [name, args] of Object.entries(this.clusters.ottawa.plugins)) {
      const words = [process.execPath, ...args].map((each) => `'${each}'`).join(" ");
      tool(`pulumi-resource-${name}`, `exec ${words} 0<>'${never}'`);
    }
  }
}
