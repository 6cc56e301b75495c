import type { Evidence } from "./finding";
import type { ContainerFacts, PullSecretFacts, Snapshot } from "./snapshot";
import { failingPulls, refused, subjectOf } from "./text";

/** What is wrong with a container's pull secret, the first that applies. */
type Trouble = "missing" | "elsewhere" | "otherHost" | "refused" | "notAttached" | "notAllowed";

/** The containers whose pull is refused for this one reason. */
export function pullSecretTroubles(snapshot: Snapshot, trouble: Trouble): Evidence[] {
  return failingPulls(snapshot)
    .filter(({ message }) => refused(message))
    .flatMap((container) => {
      const found = troubleOf(snapshot, container);
      if (found?.trouble !== trouble) return [];
      const { detail, command } = found;
      return [{ subject: subjectOf(container), detail, command }];
    });
}

function troubleOf(
  { cluster, registry: { host } }: Snapshot,
  { namespace, pullSecrets: named, serviceAccount }: ContainerFacts,
): { trouble: Trouble; detail: string; command: string } | undefined {
  const all = cluster?.pullSecrets ?? [];
  const here = all.filter((each) => each.namespace === namespace);
  const attached = here.filter(({ name }) => named.includes(name));
  const isForHost = ({ hosts }: PullSecretFacts) => hosts.includes(host);
  const good = attached.find(isForHost);
  if (good !== undefined) {
    const who = `${good.name} holds ${good.username ?? "an account"}`;
    const command = `kubectl -n ${namespace} get secret ${good.name} -o yaml`;
    if (good.status === 401)
      return {
        trouble: "refused",
        detail: `${who}, which is answered 401`,
        command: "pulumi up --refresh",
      };
    if (good.status === 200)
      return { trouble: "notAllowed", detail: `${who}, which signs in`, command };
    return undefined;
  }
  const unattached = here.find(isForHost);
  if (unattached !== undefined && attached.length === 0)
    return {
      trouble: "notAttached",
      detail: `${namespace} has ${unattached.name} for ${host}; the pod names ${named.join(", ") || "none"}`,
      command: `kubectl -n ${namespace} patch serviceaccount ${serviceAccount} -p '{"imagePullSecrets":[{"name":"${unattached.name}"}]}'`,
    };
  const [other] = attached;
  if (other !== undefined)
    return {
      trouble: "otherHost",
      detail: `${other.name} is for ${other.hosts.join(", ") || "no host"}, not for ${host}`,
      command: `kubectl -n ${namespace} get secret ${other.name} -o yaml`,
    };
  const elsewhere = all.find(isForHost);
  const command = `kubectl -n ${namespace} get secrets --field-selector type=kubernetes.io/dockerconfigjson`;
  return elsewhere === undefined
    ? { trouble: "missing", detail: `${namespace} has no Secret for ${host}`, command }
    : {
        trouble: "elsewhere",
        detail: `${namespace} has none for ${host}; ${elsewhere.namespace} has ${elsewhere.name}`,
        command,
      };
}
