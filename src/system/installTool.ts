import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { installerEnvironment } from "./environment";
import { UnavailableError } from "./userError";
import { findTool, MissingToolError } from "./tools";

const run = promisify(execFile);

/**
 * The path of `tool`; where it is missing, Debian's package of the same name is installed when this is root on Debian.
 * Anywhere else MissingToolError names the command.
 */
export async function ensureDebianTool(
  tool: string,
  say: (message: string) => void,
): Promise<string> {
  const found = findTool(tool);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || findTool("apt-get") === undefined)
    throw new MissingToolError(tool);
  say(`${tool} is missing: apt-get install ${tool}`);
  const env = installerEnvironment({ DEBIAN_FRONTEND: "noninteractive" });
  if (existsSync("/run/systemd/system")) {
    // Packages start their services: Debian's docker-registry would be an open registry on every interface.
    await run("systemctl", ["mask", `${tool}.service`], { env });
  }
  const install = () =>
    run("apt-get", ["install", "-y", "-q", "--no-install-recommends", tool], { env });
  try {
    await install().catch(async () => {
      await run("apt-get", ["update", "-q"], { env });
      return install();
    });
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    const [line = ""] = stderr.trim().split("\n").slice(-1);
    throw new UnavailableError(
      `${tool} is not on PATH, and apt-get install ${tool} failed: ${line}`,
    );
  }
  const installed = findTool(tool);
  if (installed === undefined) throw new MissingToolError(tool);
  return installed;
}
