import { deployAgain, deployWith, kubectl, showConfig } from "./commands";
import type { Evidence } from "./finding";
import type { ContainerFacts, PullSecretFacts, Snapshot } from "./snapshot";
import { failingPulls, referenceOf, refused, subjectOf } from "./text";

/** What is wrong with a container's pull secret, the first that applies. */
type Trouble =
  "missing" | "elsewhere" | "otherHost" | "refused" | "keyRefused" | "notAttached" | "notAllowed";

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

type Found = Pick<Evidence, "detail" | "command"> & { trouble: Trouble };

function troubleOf(snapshot: Snapshot, container: ContainerFacts): Found | undefined {
  const { cluster, registry } = snapshot;
  const host = referenceOf(container.image)?.registry ?? registry.host;
  const { namespace, pullSecrets: named, serviceAccount } = container;
  const all = cluster?.pullSecrets ?? [];
  const here = all.filter((each) => each.namespace === namespace);
  const attached = here.filter(({ name }) => named.includes(name));
  const isForHost = ({ hosts }: PullSecretFacts) => hosts.includes(host);
  const good = attached.find(isForHost);
  if (good !== undefined) return troubleWith(snapshot, good);
  const unattached = here.find(isForHost);
  if (unattached !== undefined && attached.length === 0) {
    const patch = JSON.stringify({ imagePullSecrets: [{ name: unattached.name }] });
    const words = `-n ${namespace} patch serviceaccount ${serviceAccount} -p '${patch}'`;
    return {
      trouble: "notAttached",
      detail: `${namespace} has ${unattached.name} for ${host}; the pod names ${named.join(", ") || "none"}`,
      command: kubectl(snapshot, words),
    };
  }
  const command = handOut(snapshot, namespace);
  const [other] = attached;
  if (other !== undefined)
    return {
      trouble: "otherHost",
      detail: `${other.name} is for ${other.hosts.join(", ") || "no host"}, not for ${host}`,
      command,
    };
  const elsewhere = all.find((each) => isForHost(each) && named.includes(each.name));
  const names = named.length === 0 ? "" : `; the pod names ${named.join(", ")}`;
  return elsewhere === undefined
    ? { trouble: "missing", detail: `${namespace} has no Secret for ${host}${names}`, command }
    : {
        trouble: "elsewhere",
        detail: `the pod names ${elsewhere.name}, which is in ${elsewhere.namespace}; ${namespace} has none for ${host}`,
        command,
      };
}

/** What is wrong with a Secret that is attached and for this host: nothing that is known, where nobody could try it. */
function troubleWith(snapshot: Snapshot, secret: PullSecretFacts): Found | undefined {
  const { namespace, name, username = "an account", status, key } = secret;
  const who = `${name} holds ${key ? `an API key of ${username}` : username}`;
  if (status === 200)
    return {
      trouble: "notAllowed",
      detail: `${who}, which signs in`,
      command: showConfig(snapshot),
    };
  if (status !== 401) return undefined;
  return {
    trouble: key ? "keyRefused" : "refused",
    detail: `${who}, which is answered 401`,
    command: handOut(snapshot, namespace),
  };
}

/** Lets a stack make the namespace's pull secret; one that it makes already was changed by hand. */
function handOut(snapshot: Snapshot, namespace: string): string {
  const { namespaces = [] } = snapshot.cluster?.registryPlace?.pullSecret ?? {};
  const entry = `pullSecrets[${namespaces.length}]`;
  const deploy = namespaces.includes(namespace)
    ? deployAgain(snapshot)
    : deployWith(snapshot, [`${entry}.namespace`, namespace], [`${entry}.attach`, "true"]);
  const type = "--field-selector type=kubernetes.io/dockerconfigjson";
  return deploy ?? kubectl(snapshot, `-n ${namespace} get secrets ${type}`);
}
