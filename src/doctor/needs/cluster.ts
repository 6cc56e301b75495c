import type { Right } from "../../facts/accessReviews";
import { fine, missing, unseen, type Look, type Need } from "./need";
import { rulesText } from "./rights";
import type { Situation } from "./situation";

const context: Need = {
  code: "ZD512",
  subject: "context",
  title: "the kubeconfig has no such context",
  hint: "Correct zot-fleet:cluster.context, or let KUBECONFIG name the file that has it.",
  look: ({ api, config: { declared } }) => {
    if ("unseen" in api) return [unseen(api.unseen)];
    const { noContext } = api.found;
    return [
      noContext === undefined
        ? fine(declared?.cluster.context ?? "there")
        : missing(noContext, { command: "kubectl config get-contexts" }),
    ];
  },
};

const apiServer: Need = {
  code: "ZD513",
  subject: "API server",
  title: "the cluster's API server does not answer this account",
  hint: "Look at what lies between: a VPN, a firewall, a proxy; and at the account's credentials, where it answers 401.",
  look: ({ api, config: { declared } }) => {
    if ("unseen" in api) return [unseen(api.unseen)];
    const { noContext, problem, version } = api.found;
    if (noContext !== undefined) return [unseen("the kubeconfig has no such context")];
    const command = `kubectl --context ${declared?.cluster.context ?? ""} version`;
    return [
      version === undefined
        ? missing(problem ?? "no answer", { command })
        : fine(`Kubernetes ${version.major}.${version.minor}`),
    ];
  },
};

function rightsLook(
  { cluster }: Situation,
  lackingOf: (lacking: { preview: readonly Right[]; up: readonly Right[] }) => readonly Right[],
): Look[] {
  if ("unseen" in cluster) return [unseen(cluster.unseen)];
  const { lacking } = cluster.found;
  if ("unseen" in lacking) return [unseen(lacking.unseen)];
  const rights = lackingOf(lacking.found);
  if (rights.length === 0) return [fine("the account has every right that is used")];
  const named = rights.map(({ verb, resource, group, namespace }) => {
    const what = group === "" ? resource : `${resource}.${group}`;
    return `${verb} ${what}${namespace === undefined ? "" : ` in ${namespace}`}`;
  });
  const shown = named.slice(0, 8).join(", ");
  const rest = named.length > 8 ? ` and ${named.length - 8} more` : "";
  return [
    missing(`the account may not: ${shown}${rest}`, {
      hint: `Add to a role of the account: ${rulesText(rights)}`,
    }),
  ];
}

const previewRights: Need = {
  code: "ZD514",
  subject: "rights for preview",
  title: "the account lacks rights that a preview uses",
  hint: "Give them to the account: examples/rbac/deploy.yaml has all.",
  why: "A preview asks the API server for dry runs, which need the rights of the writing itself.",
  look: (situation) => rightsLook(situation, ({ preview }) => preview),
};

const upRights: Need = {
  code: "ZD515",
  subject: "rights for up",
  title: "the account lacks rights that a deployment was proved with",
  hint: "Give them to the account: examples/rbac/deploy.yaml has all.",
  look: (situation) => rightsLook(situation, ({ up }) => up),
};

const storage: Need = {
  code: "ZD516",
  subject: "storage class",
  title: "there is no storage class for the registry's claim",
  hint: "Set zot-fleet:registry.storage.class to one that is there, or make one the cluster's default.",
  look: ({ cluster, config: { declared } }) => {
    if (declared?.registry.storage.s3 !== undefined) return [];
    if ("unseen" in cluster) return [unseen(cluster.unseen)];
    const { found, problem } = cluster.found.storageClasses;
    if (problem !== undefined) return [unseen(problem)];
    const wanted = declared?.registry.storage.storageClass;
    const used = found.find(({ name, isDefault }) =>
      wanted === undefined ? isDefault : name === wanted,
    );
    if (used !== undefined)
      return [fine(wanted === undefined ? `${used.name}, the default one` : used.name)];
    const there =
      found.length === 0
        ? "there is none"
        : `there are ${found.map(({ name }) => name).join(", ")}`;
    return [
      missing(
        wanted === undefined
          ? `none is the default, and the stack file names none: ${there}`
          : `there is no ${wanted}: ${there}`,
      ),
    ];
  },
};

/** What the cluster has to give. */
export const clusterNeeds: readonly Need[] = [context, apiServer, previewRights, upRights, storage];
