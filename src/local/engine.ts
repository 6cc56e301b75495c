import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { forgetPulumi, installerEnvironment } from "../system/environment";
import { findTool, MissingToolError } from "../system/tools";
import { UnavailableError } from "../system/userError";
import { engineRoot, engineVersion } from "./findEngine";
import { pulumiError } from "./pulumiError";

/**
 * Pulumi's engine: `pulumi` from PATH, else the official download, else a build of the Go module pinned in engine/.
 * The last two are kept in the cache directory.
 */
export async function ensureEngine(say: (message: string) => void): Promise<PulumiCommand> {
  // Asked for its version already, an engine makes the home that it is told.
  forgetPulumi();
  if (findTool("pulumi") !== undefined) return usable();
  const root = engineRoot();
  if (!existsSync(join(root, "bin", "pulumi"))) {
    say(`pulumi is not on PATH: downloading ${engineVersion}`);
    try {
      return await PulumiCommand.install({ version: new SemVer(engineVersion), root });
    } catch {
      await build(join(root, "bin", "pulumi"), say);
    }
  }
  return usable(root);
}

/** @throws UnavailableError where it does not run, or is not of the Automation API's own major version */
async function usable(root?: string): Promise<PulumiCommand> {
  try {
    return await PulumiCommand.get(root === undefined ? {} : { root });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const which = root === undefined ? "pulumi on PATH" : `the engine in ${root}`;
    throw new UnavailableError(`${which} cannot be used: ${pulumiError(error)}`);
  }
}

async function build(target: string, say: (message: string) => void): Promise<void> {
  if (findTool("go") === undefined) throw new MissingToolError("pulumi");
  say(
    "it cannot be downloaded from here: building it from its Go module, which takes minutes the first time",
  );
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  // The Automation API asks for the version, which a release build sets this way.
  const stamp = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`;
  const flags = ["-trimpath", "-tags", "osusergo,grpcnotrace", "-ldflags", stamp];
  const command = [
    "build",
    ...flags,
    "-o",
    unfinished,
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  ];
  try {
    await promisify(execFile)("go", command, {
      cwd: join(__dirname, "engine"),
      maxBuffer: 64 << 20,
      env: installerEnvironment(),
    });
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    const [line = "go failed"] = stderr.trim().split("\n").slice(-1);
    throw new UnavailableError(
      `pulumi is not on PATH, and cannot be built from its Go module: ${line}`,
    );
  }
  renameSync(unfinished, target);
}
