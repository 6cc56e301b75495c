import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  LocalWorkspace,
  type DiagnosticEvent,
  type EngineEvent,
  type PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { keepOnlyCommon } from "../system/environment";
import { pathWithDynamicPlugin } from "./dynamicPlugin";

/** How many resources were made, changed, removed and left alone. */
export interface Changes {
  create: number;
  update: number;
  delete: number;
  same: number;
}

export interface DeploymentOutcome {
  changes: Changes;
  /** URNs of the resources that this deployment left alone. */
  untouched: Set<string>;
  /** What Pulumi said of a failure; absent where all went well. */
  problem?: string;
}

/**
 * A stack of this machine, its state under `folder`, encrypted with a passphrase that lies beside it. What a Pulumi user's
 * shell holds (a backend, a home, a passphrase, tokens) is taken out of this process first: the Automation API hands all of it to
 * the engine, for which the environment goes before the project's own settings.
 */
export async function openStack(
  name: string,
  program: PulumiFn,
  folder: string,
  pulumiCommand: PulumiCommand,
): Promise<Stack> {
  const passphrase = join(folder, "passphrase");
  const state = join(folder, "state");
  mkdirSync(state, { recursive: true });
  linkPackage(join(folder, "project"));
  keepOnlyCommon();
  if (!existsSync(passphrase))
    writeFileSync(passphrase, randomBytes(32).toString("base64url"), { mode: 0o600 });
  return LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: "zot-fleet", program },
    {
      pulumiCommand,
      workDir: join(folder, "project"),
      pulumiHome: join(folder, "pulumi"),
      projectSettings: {
        name: "zot-fleet",
        runtime: "nodejs",
        backend: { url: pathToFileURL(state).href },
      },
      envVars: {
        PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
        PULUMI_BACKEND_URL: pathToFileURL(state).href,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PATH: pathWithDynamicPlugin(join(folder, "bin")),
      },
    },
  );
}

/** Lets dynamic providers, which run in the project's folder, find this package by its name. */
function linkPackage(project: string): void {
  const link = join(project, "node_modules", "zot-fleet");
  mkdirSync(join(project, "node_modules"), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(join(__dirname, "..", ".."), link);
}

/** Where a run says what it does. */
export interface Telling {
  /** What a person may want to know afterwards. */
  say: (message: string) => void;
  /** A step that passes by. */
  step: (message: string) => void;
  /** What is so for the moment, such as how far a push has come: for a terminal alone. */
  show: (message: string) => void;
}

/** Runs `up` and tells each step; a failure is an outcome, not an exception. */
export async function deploy(
  stack: Stack,
  { say, step, show }: Telling,
  signal?: AbortSignal,
): Promise<DeploymentOutcome> {
  const changes: Changes = { create: 0, update: 0, delete: 0, same: 0 };
  const untouched = new Set<string>();
  const errors: string[] = [];
  const onEvent = (event: EngineEvent) => {
    const done = event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
    const diagnostic = event.diagnosticEvent;
    if (event.resOutputsEvent && done && isOurs(done.type)) {
      const operation = done.op as keyof Changes;
      if (operation in changes) changes[operation]++;
      if (done.op === "same") untouched.add(done.urn);
      else
        step(
          `${done.op}d ${done.type.split(":").at(-1) ?? ""} ${done.urn.split("::").at(-1) ?? ""}`,
        );
    }
    if (diagnostic?.severity === "error") errors.push(plain(diagnostic.message));
    else if (diagnostic && isWorthSaying(diagnostic)) {
      const passing = diagnostic.severity === "warning" ? say : step;
      (diagnostic.ephemeral === true ? show : passing)(plain(diagnostic.message));
    }
  };
  try {
    await stack.up({ onEvent, suppressOutputs: true, ...(signal === undefined ? {} : { signal }) });
    return { changes, untouched };
  } catch (error) {
    const failure = errors.join("\n") || (error instanceof Error ? error.message : String(error));
    const problem = signal?.aborted ? "interrupted; run it again and it goes on" : failure;
    return { changes, untouched, problem };
  }
}

const dynamicType = "pulumi-nodejs:dynamic/zot-fleet:";

const isOurs = (type: string) => type.startsWith(dynamicType);

/**
 * Debug messages, which the event's type leaves out, hold inputs in plain text. The plugin on PATH, of which the engine
 * warns, is our own launcher.
 */
function isWorthSaying({ severity, message }: DiagnosticEvent): boolean {
  const plugin = message.includes("pulumi-resource-pulumi-nodejs from $PATH");
  return ["info", "info#err", "warning"].includes(severity) && !plugin;
}

/** Pulumi's messages carry markup for colours, `<{%reset%}>`. */
const plain = (message: string) => message.replace(/<\{%.*?%\}>/g, "").trim();

/** A dynamic resource as the state holds it. */
export interface StateResource {
  urn: string;
  /** Such as `Seed`. */
  type: string;
  outputs: Record<string, unknown>;
}

interface ExportedState {
  resources?: (Omit<StateResource, "outputs"> & Partial<StateResource>)[];
}

/** The dynamic resources in the stack's state; secrets stay encrypted. */
export async function resourcesOf(stack: Stack): Promise<StateResource[]> {
  const exported = await stack.exportStack();
  const { resources = [] } = exported.deployment as ExportedState;
  return resources
    .filter(({ type }) => isOurs(type))
    .map(({ urn, type, outputs = {} }) => ({ urn, type: type.slice(dynamicType.length), outputs }));
}
