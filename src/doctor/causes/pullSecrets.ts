import type { ContainerFacts } from "../../facts/containers";
import { referenceOf } from "../../facts/imageNames";
import { deployAgain, deployWith, kubectl, showConfig } from "../commands";
import { isRefusal } from "../errorText";
import type { Cause, Evidence } from "../finding";
import { failingPulls, subjectOf } from "../containers";
import type { PullSecretFacts, Snapshot } from "../snapshot";

/** What is wrong with a container's pull secret, the first that applies. */
type Trouble =
  "missing" | "elsewhere" | "otherHost" | "refused" | "keyRefused" | "notAttached" | "notAllowed";

/** The containers whose pull is refused for this one reason. */
export function pullSecretTroubles(snapshot: Snapshot, trouble: Trouble): Evidence[] {
  return failingPulls(snapshot)
    .filter(({ message }) => isRefusal(message))
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

const pullSecretMissing: Cause = {
  code: "ZD202",
  title: "there is no pull secret for the registry",
  hint: "Name the namespace in zot-fleet:pullSecrets and deploy: it makes the Secret.",
  why: "The kubelet uses only Secrets of the pod's own namespace that the pod or its service account names.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "missing"),
};

const pullSecretElsewhere: Cause = {
  code: "ZD203",
  title: "the pull secret is in another namespace",
  hint: "Name this namespace in zot-fleet:pullSecrets too: a Secret works in its own namespace only.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "elsewhere"),
};

const pullSecretOtherHost: Cause = {
  code: "ZD204",
  title: "the pull secret is for another host",
  hint: "Make the Secret for the host name that images are named by: with the port where they have one, without a scheme or a path.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "otherHost"),
};

const pullSecretRefused: Cause = {
  code: "ZD205",
  title: "the pull secret holds an account that is no longer accepted",
  hint: "The account was rotated away, or its password changed. Deploy again: it writes the newest account into every pull secret.",
  why: "The account before works until the next rotation, or not at all with rotation: { current: 3 }. A Secret that zot-fleet does not manage is left behind.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "refused"),
};

const pullSecretNotAttached: Cause = {
  code: "ZD206",
  title: "the pull secret is there, and the pod does not name it",
  hint: "Set attach: true for the namespace in zot-fleet:pullSecrets, or name the Secret in the pod's imagePullSecrets; pods must be created again.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "notAttached"),
};

const mayNotPull: Cause = {
  code: "ZD209",
  title: "the account may not read the repository",
  hint: "Give the account the right to read it: zot-fleet:access. The longest pattern that matches a repository replaces shorter ones.",
  depth: 3,
  find: (snapshot) => pullSecretTroubles(snapshot, "notAllowed"),
};

/** The pull secret of a container whose pull is refused: where it is, whom it is for, and what its account is worth. */
export const pullSecretCauses: readonly Cause[] = [
  pullSecretMissing,
  pullSecretElsewhere,
  pullSecretOtherHost,
  pullSecretRefused,
  pullSecretNotAttached,
  mayNotPull,
];
