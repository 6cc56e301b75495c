import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { text } from "node:stream/consumers";
import { Command, Option } from "commander";
import { registryHost } from "../config/cluster";
import { stackSchema } from "../config/stack";
import { upstreamOf } from "../config/upstreams";
import { mirrorFormats, type MirrorFormat, type NodeFile } from "../zot/mirrors/mirrors";
import { CliError, exitCodes } from "./failure";
import { readStackFile } from "./stackFile";

interface MirrorFlags {
  stack: string;
  format: MirrorFormat;
  fallback: "upstream" | "none";
  username?: string;
  passwordStdin: boolean;
  out?: string;
}

/** `mirrors`: what nodes are to be told of a stack's registry and its caches. */
export function mirrorsCommand(): Command {
  return new Command("mirrors")
    .description(
      "Prints the files that make nodes pull through a stack's caches. Exit codes: 0 fine, 2 could not look.",
    )
    .requiredOption("-s, --stack <name>", "the stack whose file says which caches there are")
    .addOption(
      new Option("-f, --format <format>", "for whom")
        .choices(Object.keys(mirrorFormats))
        .default("containerd"),
    )
    .addOption(
      new Option("--fallback <to>", "whom a node asks where the cache has no answer")
        .choices(["upstream", "none"])
        .default("upstream"),
    )
    .option("--username <name>", "an account that may pull, where a cache is not for everybody")
    .option("--password-stdin", "with --username: read the password from standard input", false)
    .option("--out <folder>", "write the files below this folder instead of printing them")
    .action(async (flags: MirrorFlags) => {
      await mirrors(flags);
      process.exitCode = exitCodes.fine;
    });
}

async function mirrors(flags: MirrorFlags): Promise<void> {
  const asked = stackSchema.pick({ cluster: true, upstreams: true, access: true });
  const { cluster, upstreams, access } = readStackFile(flags.stack, asked);
  const all = upstreams.map(upstreamOf);
  const credentials = await readCredentials(flags);
  const closed = all.filter(({ anonymous }) => !(anonymous ?? access.tier === "read-public"));
  if (closed.length > 0 && credentials === undefined) {
    const names = closed.map(({ name }) => name).join(", ");
    process.stderr.write(
      `Nodes send a mirror no pull secret, and ${names} is not for everybody: give an account by --username, or set anonymous: true of the upstream.\n`,
    );
  }
  const files = mirrorFormats[flags.format]({
    url: `https://${registryHost(cluster)}`,
    upstreams: all,
    fallback: flags.fallback === "upstream",
    credentials,
  });
  const { out } = flags;
  if (out === undefined) process.stdout.write(printed(files));
  else
    files.forEach((file) => {
      write(resolve(out), file);
    });
}

async function readCredentials({ username, passwordStdin }: MirrorFlags) {
  if ((username === undefined) === passwordStdin)
    throw new CliError("--username and --password-stdin belong together");
  if (username === undefined) return undefined;
  const password = (await text(process.stdin)).replace(/\r?\n$/, "");
  if (password === "") throw new CliError("there is no password on standard input");
  return { username, password };
}

function printed(files: readonly NodeFile[]): string {
  return files.map(({ path, content }) => `# ${path}\n${content}`).join("\n");
}

/** Below the folder as it is on a node: certs.d/docker.io/hosts.toml. For their owner's eyes: a header may hold a password. */
function write(folder: string, { path, content }: NodeFile): void {
  const certs = path.indexOf("certs.d/");
  const file = join(folder, certs < 0 ? basename(path) : path.slice(certs).split("/").join(sep));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });
  process.stdout.write(`${file}\n`);
}
