import type { Snapshot } from "./snapshot";

/** kubectl at the cluster that was looked at, whatever the current context is by then. */
export const kubectl = ({ cluster }: Snapshot, words: string) =>
  cluster === undefined ? `kubectl ${words}` : `kubectl --context ${cluster.context} ${words}`;

/** This program, at the same registry. */
export const fleet = ({ caller: { program, flags } }: Snapshot, words: string) =>
  `${program} ${words} ${flags}`;

/** Sets a key of the stack file and deploys it; undefined where no stack was named. */
export function deployWith(
  snapshot: Snapshot,
  ...settings: readonly (readonly [path: string, value: string])[]
): string | undefined {
  const { stack } = snapshot.caller;
  if (stack === undefined) return undefined;
  const set = settings.map(
    ([path, value]) => `pulumi config set --stack ${stack} --path '${path}' ${value}`,
  );
  return [...set, `pulumi up --stack ${stack}`].join(" && ");
}

/** Deploys again what somebody changed by hand; undefined where no stack was named. */
export const deployAgain = ({ caller: { stack } }: Snapshot) =>
  stack === undefined ? undefined : `pulumi up --refresh --stack ${stack}`;

/** Shows the configuration that the registry runs with; undefined where nobody knows its place, or where it has Redis' password inside. */
export function showConfig(snapshot: Snapshot): string | undefined {
  const place = snapshot.cluster?.registryPlace;
  if (place === undefined || place.declared !== undefined) return undefined;
  const words = `-n ${place.namespace} get configmap zot-config -o 'jsonpath={.data.config\\.json}'`;
  return kubectl(snapshot, words);
}

/** Asks the registry as its own account, whose password curl asks for. */
export const curl = ({ registry: { url, account } }: Snapshot, path: string, user = account) =>
  user === undefined ? `curl ${url}${path}` : `curl --user ${user} ${url}${path}`;
