import type { Endpoint } from "../cluster/endpoint";
import type { Credentials } from "../registry/client";
import type { SeedPlatform } from "../seeding/findImage";
import type { OnMoved, SeededImage } from "../seeding/seedImage";
import type { Compression } from "../seeding/skopeo";
import { declareSeed } from "./declaredSeeds";
import { differ, inputsDiffer, whenDeployed, type DynamicProvider } from "./provider";
import type * as deployed from "./seedDeployment";

export interface SeedInputs {
  /** How the registry is reached from where the deployment runs. */
  endpoint: Endpoint;
  credentials: Credentials;
  repository: string;
  tags: string[];
  platforms: SeedPlatform[];
  compression: Compression;
  onMoved: OnMoved;
  onRemove: "keep" | "delete";
}

export interface SeedOutputs extends SeedInputs, Partial<SeededImage> {
  /** Why the image is not as it should be; the verification fails the deployment with it. */
  problem?: string;
}

/** One image in the registry. A preview compares what was asked for, and looks at no archive and no registry. */
export const seedProvider: DynamicProvider<SeedInputs, SeedOutputs> = {
  check: (_olds, inputs) => {
    declareSeed(inputs);
    return Promise.resolve({ inputs, failures: [] });
  },
  diff: (_id, olds, news) =>
    Promise.resolve({
      changes: olds.problem !== undefined || olds.digest === undefined || changed(olds, news),
      ...(olds.repository === news.repository ? {} : { replaces: ["repository"] }),
    }),
  ...whenDeployed(() => (require("./seedDeployment") as typeof deployed).seedDeployment),
};

function changed(olds: SeedOutputs, news: SeedInputs): boolean {
  const identity = ({ platforms }: SeedInputs) =>
    platforms.map(({ platform, config }) => ({ platform, config }));
  return (
    inputsDiffer(olds, news, {
      outputs: ["digest", "children", "action", "problem"],
      except: {
        platforms: "an archive's path and image ID may change with the same image inside",
        compression: "how layers are packed for the way is no other image",
      },
    }) || differ({ identity: identity(olds) }, { identity: identity(news) }, ["identity"])
  );
}
