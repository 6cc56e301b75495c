import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** How a tool gets onto the machine, for the message that says it is missing. */
const install: Record<string, string> = {
  skopeo:
    "apt-get install skopeo (Debian, Ubuntu), brew install skopeo (macOS), dnf install skopeo (Fedora)",
  cosign:
    "brew install cosign (macOS), else https://docs.sigstore.dev/cosign/system_config/installation",
  pulumi: "https://www.pulumi.com/docs/install",
  kubectl: "https://kubernetes.io/docs/tasks/tools",
  zot: "https://github.com/project-zot/zot/releases",
  "docker-registry": "apt-get install docker-registry (Debian, Ubuntu)",
  go: "https://go.dev/doc/install",
};

/** A tool that the work needs is not on PATH. */
export class MissingToolError extends Error {
  override readonly name = "MissingToolError";
  constructor(readonly tool: string) {
    super(
      `${tool} is not on PATH. To install it: ${install[tool] ?? `see the documentation of ${tool}`}`,
    );
  }
}

/** The path of `tool` on PATH, or undefined. */
export function findTool(tool: string, path = process.env["PATH"] ?? ""): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, tool))
    .find(isExecutable);
}

/** The path of `tool` on PATH; MissingToolError, with the command that installs it, where it is not. */
export function requireTool(tool: string): string {
  const path = findTool(tool);
  if (path === undefined) throw new MissingToolError(tool);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
