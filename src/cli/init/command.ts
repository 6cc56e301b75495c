import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { kubeContexts, kubernetesReader } from "../../cluster/kubernetes";
import { needsFormats } from "../../doctor/needs/render";
import { readClusterOffer } from "../../facts/clusterOffer";
import { oneLine } from "../../render/terminal";
import { projectFolder } from "../../system/projectFolder";
import { registryDefaults } from "../../zot/chartValues";
import { needsBeforeUp } from "../beforeUp";
import { programName } from "../caller";
import { CliError } from "../failure";
import { refuse } from "../refuse";
import { repeated } from "../repeated";
import { colorWanted } from "../terminal";
import { askForStack, type Given, type Person, type Surroundings } from "./questions";
import { stackFileText } from "./stackFile";

interface InitFlags extends Omit<Given, "name"> {
  dryRun: boolean;
  yes: boolean;
}

/** `init`: writes the stack file of a new cluster. */
export function initCommand(): Command {
  return new Command("init")
    .description(
      "Writes the stack file of a new cluster, after comparing each answer with what the cluster has. On a terminal it asks for what no flag says. Nothing is overwritten, and nothing is changed in the cluster. In the end it tells what the deployment needs. Exit codes: 0 fine, 2 a wrong call or bad input, and nothing was written.",
    )
    .argument("[name]", "the cluster's name, and the stack's")
    .option("--context <name>", "the kubeconfig context. Default: the one with the cluster's name")
    .option("--domain <domain>", "the cluster's domain; the registry is oci.<domain>")
    .option(
      "--gateway <namespace/name>",
      "a Gateway that serves it, or none; may be repeated. Default: every one that would",
      repeated,
    )
    .option("--namespace <name>", "the registry's namespace", registryDefaults.namespace)
    .option(
      "--storage-class <name>",
      "the storage class for the images. Default: the cluster's default one",
    )
    .option(
      "--pull-secret <namespace>",
      "a namespace whose pods pull from it; may be repeated. Default: none",
      repeated,
    )
    .option("--yes", "ask nothing, take the defaults", false)
    .option("--dry-run", "print the file, and write nothing", false)
    .addHelpText(
      "after",
      `
Examples:
  init                                                   asks
  init ottawa --domain killinit.cc --yes                 every Gateway that fits, the default storage class
  init ottawa --domain killinit.cc --gateway infra/private --pull-secret openclaw --dry-run`,
    )
    .action(init);
}

async function init(name: string | undefined, flags: InitFlags): Promise<void> {
  const folder = join(projectFolder(), "stacks");
  const fileOf = (stack: string) => `Pulumi.${stack}.yaml`;
  const around: Surroundings = {
    contexts: kubeContexts,
    offer: async (context, route) => readClusterOffer(await kubernetesReader(context), route),
    nameProblem: (stack) =>
      [".yaml", ".yml"].some((end) => existsSync(join(folder, `Pulumi.${stack}${end}`)))
        ? `stacks/${fileOf(stack)} is there already: nothing is overwritten`
        : undefined,
  };
  const asking = !flags.yes && process.stdin.isTTY && process.stderr.isTTY;
  const terminal = asking
    ? createInterface({ input: process.stdin, output: process.stderr })
    : undefined;
  const person: Person = {
    ...(terminal && { ask: (question) => terminal.question(`${oneLine(question)} `) }),
    say: (line) => process.stderr.write(`${oneLine(line)}\n`),
  };
  // What is typed ends with Ctrl-D as well.
  const ended =
    terminal &&
    new Promise<never>((_, reject) =>
      terminal.once("close", () => {
        reject(new CliError("nothing was written"));
      }),
    );
  try {
    const stack = await Promise.race([
      askForStack({ ...flags, ...(name === undefined ? {} : { name }) }, around, person),
      ...(ended === undefined ? [] : [ended]),
    ]);
    const text = refuse(() => stackFileText(stack));
    if (flags.dryRun) {
      process.stdout.write(text);
      return;
    }
    refuse(() => {
      writeFileSync(join(folder, fileOf(stack.name)), text, { flag: "wx" });
    });
    process.stdout.write(`${text}\nWritten to stacks/${fileOf(stack.name)}.\n\n`);
    const needs = await needsBeforeUp(stack.name);
    process.stdout.write(needsFormats.table(needs, { color: colorWanted() }));
    process.stdout.write(`\nNext:

  pulumi stack init ${stack.name}
  ${programName} doctor --stack ${stack.name}
  pulumi preview --stack ${stack.name}
  pulumi up --stack ${stack.name}
`);
  } finally {
    ended?.catch(() => undefined);
    terminal?.close();
  }
}
