import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { Command, Option } from "commander";
import { registryHost } from "../config/cluster";
import { stackSchema } from "../config/stack";
import { mirrorFormats, type MirrorFormat, type NodeFile } from "../zot/mirrors/mirrors";
import { readCredentials, withCredentialFlags, type CredentialFlags } from "./credentials";
import { exitCodes } from "./failure";
import { refuse } from "./refuse";
import { projectFolder } from "../system/projectFolder";
import { readStackFile } from "../config/stackFile";

interface MirrorFlags extends CredentialFlags {
  stack: string;
  output: MirrorFormat;
  fallback: "upstream" | "none";
  into?: string;
}

/** `mirrors`: what nodes are to be told of a stack's registry and its caches. */
export function mirrorsCommand(): Command {
  const command = new Command("mirrors")
    .description(
      "Prints the files that make nodes pull through a stack's caches. Exit codes: 0 fine, 2 a wrong call or bad input.",
    )
    .requiredOption("-s, --stack <name>", "the stack whose file says which caches there are")
    .addOption(
      new Option("-o, --output <format>", "for whom")
        .choices(Object.keys(mirrorFormats))
        .default("containerd"),
    )
    .addOption(
      new Option("--fallback <to>", "whom a node asks where the cache has no answer")
        .choices(["upstream", "none"])
        .default("upstream"),
    )
    .option("--into <folder>", "write the files below this folder instead of printing them");
  return withCredentialFlags(command, "an account that may pull, if a cache needs one")
    .addHelpText(
      "after",
      `
Examples:
  mirrors --stack accra                                    containerd's hosts.toml, printed
  mirrors --stack accra --into node/etc/containerd         the same, as files below a folder
  mirrors --stack accra -o k3s > registries.yaml
  mirrors --stack accra -o talos --fallback none           nodes that must not ask the upstream
  mirrors --stack accra --username puller-3 --password-stdin --into node < password`,
    )
    .action(async (flags: MirrorFlags) => {
      await mirrors(flags);
      process.exitCode = exitCodes.fine;
    });
}

async function mirrors(flags: MirrorFlags): Promise<void> {
  const { cluster, upstreams, access } = readStackFile(projectFolder(), flags.stack, asked);
  const credentials = await readCredentials(flags);
  const closed = upstreams.filter(({ anonymous }) => !(anonymous ?? access.tier === "read-public"));
  if (closed.length > 0 && credentials === undefined) {
    const names = closed.map(({ name }) => name).join(", ");
    process.stderr.write(
      `Nodes send no pull secret to a mirror, and ${names} is not open to everybody: give an account with --username, or set anonymous: true for the upstream.\n`,
    );
  }
  const files = mirrorFormats[flags.output]({
    url: `https://${registryHost(cluster)}`,
    upstreams,
    fallback: flags.fallback === "upstream",
    credentials,
  });
  const { into } = flags;
  if (into === undefined) process.stdout.write(printed(files));
  else
    refuse(() => {
      for (const file of files) write(resolve(into), file);
    });
}

const asked = stackSchema.pick({ cluster: true, upstreams: true, access: true });

function printed(files: readonly NodeFile[]): string {
  return files.map(({ path, content }) => `# ${path}\n${content}`).join("\n");
}

/** Below the folder as it is on a node: certs.d/docker.io/hosts.toml. For their owner's eyes: a header may hold a password. */
function write(folder: string, { path, content }: NodeFile): void {
  const certs = path.indexOf("certs.d/");
  const file = join(folder, certs < 0 ? basename(path) : path.slice(certs).split("/").join(sep));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "", { mode: 0o600 });
  // One that was there, such as a node's own, keeps its mode otherwise.
  chmodSync(file, 0o600);
  writeFileSync(file, content);
  process.stdout.write(`${file}\n`);
}
