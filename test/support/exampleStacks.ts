import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseStackConfig, secretKeys, type StackConfig } from "../../src/config/stack";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { stackFiles } from "./deployment";
import { readYaml } from "./yaml";

/** The values of a stack file as it is written, a text in the place of each encrypted one. */
export type RawStack = Readonly<Record<string, unknown>>;

export const anySecret = "a secret of twelve characters";

/** Reads a stack file of the repository, by its stack's name. */
export function exampleStack(name: string): RawStack {
  const { config } = readYaml(readFileSync(stackFiles.get(name) ?? name, "utf8")) as {
    config: Record<string, unknown>;
  };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const short = key.replace("zot-fleet:", "");
      return [short, secretKeys.has(short) ? anySecret : value];
    }),
  );
}

/** What a stack file says lies around it. */
export interface Surroundings {
  gateways: { name: string; namespace: string }[];
  /** Namespaces that have to be there before. */
  given: string[];
  /** Every namespace that a deployment makes, or writes to. */
  namespaces: string[];
}

export function surroundingsOf(raw: RawStack): Surroundings {
  const config: StackConfig = parseStackConfig(raw);
  const { namespace: own } = config.registry;
  const gateways = config.cluster.gateways.map(({ name, namespace = own }) => ({
    name,
    namespace,
  }));
  const delivered = config.apiKeys.flatMap(({ deliver }) =>
    deliver.flatMap((target) => ("namespace" in target ? [target.namespace] : [])),
  );
  const given = [
    ...gateways.map(({ namespace }) => namespace),
    ...delivered,
    ...config.pullSecrets.flatMap(({ create, namespace }) => (create ? [] : [namespace])),
  ];
  const others = config.pullSecrets.map(({ namespace }) => namespace);
  return {
    gateways,
    given: [...new Set(given)],
    namespaces: [...new Set([own, ...given, ...others])],
  };
}

/** Writes the archives that a stack file seeds, where it says that they lie. */
export async function writeArchives(raw: RawStack, project: string): Promise<void> {
  for (const { image, archives = {} } of parseStackConfig(raw).seeds)
    for (const [platform, path] of Object.entries(archives)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      await writeDemoArchive(join(project, path), {
        platform,
        repoTag: `${image}:1.0`,
        files: { "text.txt": `${image} for ${platform}\n` },
      });
    }
}
