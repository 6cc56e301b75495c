import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import type { CheckResult } from "../checks/check";
import { registryChecks } from "../checks/registryChecks";
import { runChecks } from "../checks/runChecks";
import type { ImageToSeed } from "../oci/lookAtImage";
import { validatePassword } from "../zot/htpasswd";
import { writeAuthFile } from "./authFile";
import { demoImages } from "./demoImages";
import { deploy, openStack, resourcesOf, type DeploymentOutcome } from "./deployment";
import { ensureEngine } from "./engine";
import { ensureDebianTool } from "./installTool";
import { localProgram } from "./program";
import {
  requireFreePort,
  startRegistry,
  stopLeftOver,
  type RunningRegistry,
} from "./registryProcess";
import { configure, findRegistry, type FoundRegistry, type RegistryKind } from "./registryPrograms";
import type { LocalReport } from "./report";
import { lockFolder } from "./runLock";
import { parseSeedArguments, readDeclaration } from "./seedDeclaration";
import { UserError } from "./userError";

export interface LocalOptions {
  /** The folder that holds everything: state, images, passwords. */
  folder: string;
  port: number;
  registry?: RegistryKind | undefined;
  fresh: boolean;
  seeds: readonly string[];
  /** Kept for the runs that follow. */
  adminPassword?: string | undefined;
  say: (message: string) => void;
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
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder);
  let registry: RunningRegistry | undefined;
  const close = async () => {
    await registry?.stop();
    unlock();
  };
  try {
    await clearUp(options);
    await requireFreePort(port);
    const declared = await parseSeedArguments(options.seeds);
    await ensureDebianTool("skopeo", say);
    const found = await findRegistry(options.registry, say);
    say(`registry: ${found.kind} ${found.version} (${found.command})`);
    const engine = await ensureEngine(say);
    const images = await Promise.all(
      [...(await demoImages(join(folder, "demo"))), ...declared].map(readDeclaration),
    );
    const home = join(folder, found.kind);
    mkdirSync(home, { recursive: true });
    const url = `http://127.0.0.1:${port}`;
    const start = (htpasswd: string[]) => {
      const htpasswdPath = join(home, "htpasswd");
      writeFileSync(htpasswdPath, htpasswd.map((line) => `${line}\n`).join(""), { mode: 0o600 });
      registry = startRegistry(
        configure(found, { folder: home, port, htpasswdPath, admins: ["admin", "fleet"] }),
        home,
      );
      void registry.ended.then((how) => {
        if (how !== undefined) say(`the registry stopped by itself: ${how}`);
      });
    };
    const adminPassword = keepPassword(folder, options.adminPassword);
    const stack = await openStack(
      found.kind,
      localProgram({ url, adminPassword, images, start }),
      folder,
      engine,
    );
    // A killed run leaves its lock; nobody else can hold one while the folder is ours.
    await stack.cancel().catch(() => undefined);
    const outcome = await deploy(stack, say);
    const report = await makeReport({ stack, outcome, url, found, images, folder });
    return { report, registry, close };
  } catch (error) {
    await close();
    throw error;
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

interface ReportParts {
  stack: Stack;
  outcome: DeploymentOutcome;
  url: string;
  found: FoundRegistry;
  images: ImageToSeed[];
  folder: string;
}

async function makeReport({
  stack,
  outcome,
  url,
  found,
  images,
  folder,
}: ReportParts): Promise<LocalReport> {
  const seeds = await resourcesOf(stack, "Seed");
  const seeded = images.map(({ repository, tags }) => {
    const seed = seeds.find(
      ({ outputs }) =>
        outputs["repository"] === repository && (outputs["tags"] as string[])[0] === tags[0],
    );
    const action = seed?.outputs["action"] as "pushed" | "present" | undefined;
    return {
      image: repository,
      tags: [...tags],
      digest: (seed?.outputs["digest"] as string | undefined) ?? null,
      action:
        seed !== undefined && outcome.untouched.has(seed.urn)
          ? ("present" as const)
          : (action ?? null),
    };
  });
  const outputs = await stack.outputs();
  const adminPassword = outputs["adminPassword"]?.value as string | undefined;
  if (adminPassword !== undefined)
    writeAuthFile(join(folder, "auth.json"), new URL(url).host, "admin", adminPassword);
  const [verification] = await resourcesOf(stack, "Verification");
  const fresh = verification !== undefined && !outcome.untouched.has(verification.urn);
  const results = fresh
    ? (verification.outputs["results"] as CheckResult[])
    : outcome.problem === undefined
      ? await lookAgain(url, adminPassword, images, seeded)
      : [];
  const count = (status: CheckResult["status"]) =>
    results.filter((result) => result.status === status).length;
  return {
    registry: {
      url,
      kind: found.kind,
      version: found.version,
      ...(found.note === undefined ? {} : { note: found.note }),
    },
    changes: outcome.changes,
    seeded,
    checks: { passed: count("passed"), failed: count("failed"), skipped: count("skipped") },
    results: results.map(({ code, title, status, detail, subject, hint }) => ({
      code,
      title,
      status,
      detail: subject === undefined ? detail : `${subject}: ${detail}`,
      ...(status === "failed" ? { hint } : {}),
    })),
    ...(outcome.problem === undefined ? {} : { problem: outcome.problem }),
  };
}

/** Nothing changed, so the verification of an earlier run stands in the state: what is true now is looked at now. */
function lookAgain(
  url: string,
  password: string | undefined,
  images: ImageToSeed[],
  seeded: LocalReport["seeded"],
): Promise<CheckResult[]> {
  return runChecks(
    registryChecks,
    { url },
    {
      accounts: [
        { username: "admin", role: "admin", ...(password === undefined ? {} : { password }) },
      ],
      retired: [],
      images: images.map(({ repository, tags, platforms }) => {
        const digest = seeded.find(
          (seed) => seed.image === repository && seed.tags[0] === tags[0],
        )?.digest;
        return {
          repository,
          tags: [...tags],
          platforms: platforms.map(({ platform }) => platform),
          ...(digest == null ? {} : { digest }),
        };
      }),
    },
  );
}
