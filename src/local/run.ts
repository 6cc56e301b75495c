import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "@pulumi/pulumi/automation";
import { accountList } from "../components/generations";
import { UserError } from "../system/userError";
import { validatePassword } from "../zot/htpasswd";
import { demoImages } from "./demoImages";
import { deploy, openStack, type Telling } from "./deployment";
import { ensureEngine } from "./engine";
import { ensureDebianTool } from "../system/installTool";
import { makeReport } from "./makeReport";
import { localProgram } from "./program";
import { pulumiError } from "./pulumiError";
import {
  requireFreePort,
  startRegistry,
  stopLeftOver,
  untilItAnswers,
  type RunningRegistry,
} from "./registryProcess";
import { configure, findRegistry, type RegistryKind } from "./registryPrograms";
import type { LocalReport } from "./report";
import { lockFolder } from "./runLock";
import { parseSeedArguments, readDeclaration } from "./seedDeclaration";
import { stackUse } from "./stackUse";

export interface LocalOptions extends Telling {
  /** The folder that holds everything: state, images, passwords. */
  folder: string;
  port: number;
  registry?: RegistryKind | undefined;
  fresh: boolean;
  /** The stack whose file says who may do what, what is cached and what stays. @default local, where it is there */
  stack?: string | undefined;
  seeds: readonly string[];
  /** Where an API key of `ci-1` is wanted; for Zot alone. */
  apiKeyFile?: string | undefined;
  /** Kept for the runs that follow. */
  adminPassword?: string | undefined;
  /** Stops the deployment; what it was about to do is done by the next run. */
  signal?: AbortSignal;
}

export interface LocalRun {
  report: LocalReport;
  registry: RunningRegistry | undefined;
  /** Gives the folder back; the registry is stopped first. */
  close: () => Promise<void>;
}

/** Brings up the registry of this machine, seeded and verified. Nothing is changed before all that can be refused was. */
export async function runLocal(options: LocalOptions): Promise<LocalRun> {
  const { folder, port, say } = options;
  const rule =
    options.adminPassword === undefined ? undefined : validatePassword(options.adminPassword);
  if (rule !== undefined) throw new UserError(`the admin password on standard input: ${rule}`);
  const unlock = takeFolder(folder);
  let registry: RunningRegistry | undefined;
  const close = async () => {
    await registry?.stop();
    unlock();
  };
  try {
    await clearUp(options);
    await requireFreePort(port);
    const given = await parseSeedArguments(options.seeds);
    await ensureDebianTool("skopeo", say);
    const found = await findRegistry(options.registry, say);
    if (options.apiKeyFile !== undefined && found.kind !== "zot")
      throw new UserError(`--api-key-file: ${found.kind} has no API keys; --registry zot has`);
    say(`registry: ${found.kind} ${found.version} (${found.command})`);
    const engine = await ensureEngine(say);
    const images = await Promise.all(
      [...(await demoImages(join(folder, "demo"))), ...given].map(readDeclaration),
    );
    // Only an API key needs an account besides.
    const apiKeys = options.apiKeyFile !== undefined;
    const machines = { rotation: 1, machines: apiKeys ? (["ci"] as const) : [] };
    const accounts = accountList(machines);
    const use = stackUse(options.stack, found, images, accounts);
    const home = join(folder, found.kind);
    mkdirSync(home, { recursive: true });
    const url = `http://127.0.0.1:${port}`;
    const start = async (htpasswd: string[]) => {
      const htpasswdPath = join(home, "htpasswd");
      writeFileSync(htpasswdPath, htpasswd.map((line) => `${line}\n`).join(""), { mode: 0o600 });
      registry = startRegistry(
        configure(found, {
          folder: home,
          port,
          htpasswdPath,
          accounts,
          apiKeys,
          options: use.options,
        }),
        home,
      );
      void registry.ended.then((how) => {
        if (how !== undefined) say(`the registry stopped by itself: ${how}`);
      });
      await untilItAnswers(url, registry);
    };
    const declared = {
      kind: found.kind,
      version: found.version,
      ...(found.kind === "zot" ? { storage: { rootDirectory: join(home, "images") } } : {}),
    };
    const adminPassword = keepPassword(folder, options.adminPassword);
    const stack = await openStack(
      found.kind,
      localProgram({
        url,
        registry: declared,
        machines,
        adminPassword,
        images,
        expected: use.expected,
        start,
        apiKeyFile: options.apiKeyFile,
      }),
      folder,
      engine,
    );
    // A killed run leaves its lock; nobody else can hold one while the folder is ours.
    await stack.cancel().catch(() => undefined);
    const outcome = await deploy(stack, options, options.signal);
    options.step("looking at what is there");
    const report = await makeReport({ stack, outcome, url, found, images, use, folder });
    return { report, registry, close };
  } catch (error) {
    await close();
    if (!(error instanceof CommandError)) throw error;
    throw new UserError(
      `pulumi cannot use the state in ${folder}: ${pulumiError(error)}. To start from nothing: --fresh`,
    );
  }
}

/** The folder for this process alone, until the returned function is called. */
function takeFolder(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return lockFolder(folder);
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new UserError(
      `the folder ${folder} cannot be written: ${error.message}. Choose another with --folder`,
    );
  }
}

async function clearUp({ folder, fresh, say }: LocalOptions): Promise<void> {
  for (const kind of ["zot", "distribution"]) {
    if (await stopLeftOver(join(folder, kind)))
      say("stopped the registry that an earlier run left behind");
  }
  if (!fresh) return;
  for (const name of [
    "zot",
    "distribution",
    "state",
    "project",
    "pulumi",
    "demo",
    "passphrase",
    "given-password",
    "auth.json",
  ]) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** The password given now, else the one given in an earlier run; undefined where the program is to generate one. */
function keepPassword(folder: string, given: string | undefined): string | undefined {
  const path = join(folder, "given-password");
  if (given !== undefined) writeFileSync(path, given, { mode: 0o600 });
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
