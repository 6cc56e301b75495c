import { isUnencrypted } from "../../registry/address";
import { forgeSecrets } from "./forgeSecrets";
import type { ForgejoTarget, GitHubTarget, Target } from "./target";

/** What is wrong with a target, in words, and what to write instead. */
interface TargetProblem {
  target: Target;
  words: string;
}

/**
 * What must not be so of a target, and may be where it is deployed already: a change that nobody asked for would break the
 * workflows that read the secrets.
 *
 * @param cluster the cluster as the keys' labels name it
 */
export function targetProblems(targets: readonly Target[], cluster: string): TargetProblem[] {
  return targets.flatMap((target) => {
    if (target.to !== "forgejo" && target.to !== "github") return [];
    return [...plainText(target), ...sharedNames(target, cluster)].map((words) => ({
      target,
      words,
    }));
  });
}

/** A forge's token may do more than the key that it delivers. */
function plainText({ url }: ForgejoTarget | GitHubTarget): string[] {
  if (!isUnencrypted(url)) return [];
  return [
    `${url} takes its token and the key in plain text, for everybody on the way to read: write url: https://… (http is for this machine alone)`,
  ];
}

/**
 * Stacks know nothing of each other: where each writes a secret of the same name into one repository, every deployment takes
 * the other's away. A name with the cluster in it is that of one stack.
 */
function sharedNames(target: ForgejoTarget | GitHubTarget, cluster: string): string[] {
  const part = inName(cluster);
  const holds = (name: string) => `_${name.toUpperCase()}_`.includes(`_${part}_`);
  const login = { host: "", username: "", password: "" };
  const names = forgeSecrets(target, login).map(({ name }) => name);
  if (part === "" || names.every(holds)) return [];
  const settings =
    target.type === "login"
      ? `usernameSecret: ZOT_${part}_USERNAME and keySecret: ZOT_${part}_API_KEY`
      : `configSecret: ZOT_${part}_DOCKER_CONFIG`;
  const owner = target.repository ?? target.organization ?? "";
  return [
    `another cluster's stack would write ${names.join(" and ")} of ${owner}, too, and each deployment would take the other's key away: write ${settings}`,
  ];
}

/** A cluster's name as it may stand in the name of a forge's secret. */
const inName = (cluster: string) => cluster.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
