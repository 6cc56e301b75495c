import { Command } from "commander";
import { kubernetesReader } from "../cluster/kubernetes";
import type { Inspection } from "../reports/inspect/inspection";
import { inspectImage } from "../reports/inspect/inspectImage";
import { inspectionFormats } from "../reports/inspect/render";
import { findRunners } from "../reports/inspect/runners";
import { registryNames } from "../facts/imageNames";
import { parseReference } from "../images/reference";
import { CliError, exitCodes } from "./failure";
import { refuse } from "./refuse";
import { lookedAt, withRegistry, withRegistryFlags, type RegistryFlags } from "./registryFlags";
import { print, withOutputFlags, type OutputFlags } from "./output";

interface InspectFlags extends RegistryFlags, OutputFlags<keyof typeof inspectionFormats> {
  context?: string;
}

/** `inspect`: one image whole, and who runs it. */
export function inspectCommand(): Command {
  const command = new Command("inspect")
    .description(
      "Shows an image whole: manifest, platforms, configs, layers, its other tags, who runs it. Exit codes: 0 fine, 1 no such image, 2 a wrong call or bad input, 3 not reached.",
    )
    .argument("<image>", "host/repository:tag, or repository[:tag|@digest] with a registry named")
    .option("--context <name>", "the kubeconfig context of the cluster whose pods are looked at");
  return withOutputFlags(withRegistryFlags(command), inspectionFormats)
    .addHelpText(
      "after",
      `
Examples:
  inspect oci.killinit.cc/openclaw/openclaw:latest --username ada --password-stdin < password
  inspect openclaw/openclaw:latest --stack ottawa              as admin, with the pods of its cluster
  inspect demo/hello --local -o json                           latest, of the registry on this machine
  inspect team/app@sha256:… --url http://127.0.0.1:5000        what a digest is`,
    )
    .action(async (image: string, flags: InspectFlags) => {
      await inspect(image, flags);
    });
}

async function inspect(image: string, flags: InspectFlags): Promise<void> {
  const { registry, repository, tag, digest } = refuse(() => parseReference(image));
  const reference = digest ?? tag ?? "latest";
  const looked = await lookedAt(flags, registry);
  const found = await withRegistry(looked, (client) => inspectImage(client, repository, reference));
  if (found === undefined)
    throw new CliError(
      `the registry has no ${repository} ${reference}: "doctor ${image}" shows similar names`,
      exitCodes.problems,
    );
  const context = flags.context ?? looked.cluster?.context;
  const runners: Inspection["runners"] =
    context === undefined
      ? { notLooked: "no cluster is named; --context names one" }
      : {
          pods: await findRunners(
            await kubernetesReader(context),
            namesOf(registry, looked.cluster),
            found,
          ),
        };
  print({ ...found, runners }, inspectionFormats, flags);
}

/** The registry as images name it: by any of its names, where it is the one of the cluster. */
function namesOf(
  named: string | undefined,
  cluster: Parameters<typeof registryNames>[0] | undefined,
): readonly string[] | undefined {
  const names = cluster === undefined ? undefined : registryNames(cluster);
  return named === undefined || names?.includes(named) ? names : [named];
}
