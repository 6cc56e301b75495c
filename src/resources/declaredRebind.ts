import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { inProject } from "../system/projectFolder";

/** What a stack file says of its cluster, as far as it matters here. */
interface DeclaredCluster {
  name?: unknown;
  context?: unknown;
  rebind?: unknown;
}

/**
 * Whether a stack file of the project says that the cluster behind `context` was built anew and has the UID `uid` now. A refresh
 * and a destroy run no program and hand providers no config of today: what was reviewed lies in `stacks/` alone.
 */
export function isRebound(
  { cluster, context }: { cluster: string; context: string },
  uid: string,
): boolean {
  return declaredClusters(inProject("stacks")).some(
    ({ name, context: declared, rebind }) =>
      rebind === uid && (declared === context || name === cluster),
  );
}

function declaredClusters(folder: string): DeclaredCluster[] {
  return stackFiles(folder)
    .flatMap((file): unknown[] => {
      try {
        const { config } = parse(readFileSync(join(folder, file), "utf8")) as {
          config?: Record<string, unknown>;
        };
        const cluster = config?.["zot-fleet:cluster"];
        // `pulumi config set` without `--path` writes an object as one text of JSON.
        return [typeof cluster === "string" ? JSON.parse(cluster) : cluster];
      } catch {
        // A file that cannot be read declares nothing; the program itself tells what is wrong with its own.
        return [];
      }
    })
    .filter(
      (cluster): cluster is DeclaredCluster => typeof cluster === "object" && cluster !== null,
    );
}

function stackFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name));
  } catch {
    return [];
  }
}
