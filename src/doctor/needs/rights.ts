import type { Right } from "../../facts/accessReviews";
import type { Declared } from "./situation";

/** A rule of RBAC, and what it is for. */
export interface Rule {
  /** For whoever reads the YAML. */
  comment?: string;
  /** Empty for the core group. */
  group: string;
  resources: readonly string[];
  verbs: readonly string[];
}

const all = ["get", "list", "watch", "create", "patch", "update", "delete"];
const look = ["get", "list", "watch"];

/**
 * The rights of whoever runs `pulumi up` and `pulumi destroy`, by the ClusterRole that has them: the one source of
 * examples/rbac/deploy.yaml, by which test/cluster/rights.test.ts deploys, and of what `doctor` asks for. `doctor` looks at
 * storage classes; the rest is what a deployment does.
 */
export const rules: Readonly<Record<"zot-fleet-cluster" | "zot-fleet-deploy", readonly Rule[]>> = {
  "zot-fleet-cluster": [
    {
      comment: "kube-system tells which cluster it is.",
      group: "",
      resources: ["namespaces"],
      verbs: ["get", "list", "watch", "create", "patch", "update"],
    },
    {
      comment: "doctor looks whether there is one for the claim.",
      group: "storage.k8s.io",
      resources: ["storageclasses"],
      verbs: ["get", "list"],
    },
  ],
  "zot-fleet-deploy": [
    {
      comment: "Helm keeps its releases in Secrets; pull secrets are some.",
      group: "",
      resources: ["secrets", "serviceaccounts", "services", "configmaps", "persistentvolumeclaims"],
      verbs: all,
    },
    { group: "apps", resources: ["statefulsets", "deployments"], verbs: all },
    { group: "policy", resources: ["poddisruptionbudgets"], verbs: all },
    { group: "networking.k8s.io", resources: ["networkpolicies"], verbs: all },
    { group: "gateway.networking.k8s.io", resources: ["httproutes"], verbs: all },
    {
      group: "gateway.networking.k8s.io",
      resources: ["gateways"],
      verbs: ["get"],
    },
    {
      comment: "Where monitoring wants them.",
      group: "monitoring.coreos.com",
      resources: ["servicemonitors", "prometheusrules"],
      verbs: all,
    },
    {
      comment: "A pod that can never become ready is taken away; a rollout is waited for.",
      group: "",
      resources: ["pods"],
      verbs: [...look, "delete"],
    },
    { group: "", resources: ["events", "endpoints"], verbs: look },
    { group: "apps", resources: ["replicasets", "controllerrevisions"], verbs: look },
    { group: "discovery.k8s.io", resources: ["endpointslices"], verbs: look },
    {
      comment: "Where endpoint is port-forward, and for several pods.",
      group: "",
      resources: ["pods/portforward"],
      verbs: ["create", "get"],
    },
  ],
};

/**
 * What the first preview asks the API server for, by its audit log: a dry run of what is not there needs create besides patch. All
 * are among the rules.
 */
const previewVerbs: Readonly<Record<string, readonly string[]>> = {
  "/namespaces": ["get", "patch", "create"],
  "/secrets": ["list"],
  "/serviceaccounts": ["patch", "create"],
  "/persistentvolumeclaims": ["patch", "create"],
  "networking.k8s.io/networkpolicies": ["patch", "create"],
  "gateway.networking.k8s.io/httproutes": ["patch", "create"],
  "gateway.networking.k8s.io/gateways": ["get"],
  "monitoring.coreos.com/servicemonitors": ["patch", "create"],
  "monitoring.coreos.com/prometheusrules": ["patch", "create"],
};

/** The rights that a preview and an `up` of this stack use. */
export function neededRights(declared: Declared): { preview: Right[]; up: Right[] } {
  const rights = (verbsOf: (rule: Rule, resource: string) => readonly string[]) =>
    Object.values(rules)
      .flat()
      .flatMap((rule) =>
        rule.resources.flatMap((resource) =>
          namespacesOf(`${rule.group}/${resource}`, declared).flatMap((namespace) =>
            verbsOf(rule, resource).map((verb) => ({
              group: rule.group,
              resource,
              verb,
              ...(namespace === undefined ? {} : { namespace }),
            })),
          ),
        ),
      );
  return {
    preview: rights(({ group }, resource) => previewVerbs[`${group}/${resource}`] ?? []),
    up: rights(({ verbs }) => verbs),
  };
}

/** Where a stack uses a resource; nowhere where it makes none. */
function namespacesOf(resource: string, declared: Declared): readonly (string | undefined)[] {
  const { cluster, registry, pullSecrets, endpoint, monitoring } = declared;
  const own = [registry.namespace];
  const only = (used: boolean) => (used ? own : []);
  const several = registry.replicas > 1;
  const overBucket = registry.storage.s3 !== undefined;
  switch (resource) {
    case "/namespaces":
      return [undefined];
    case "storage.k8s.io/storageclasses":
      return overBucket ? [] : [undefined];
    case "/secrets":
      return [...own, ...pullSecrets.map(({ namespace }) => namespace)];
    case "/persistentvolumeclaims":
      return only(!overBucket);
    case "apps/statefulsets":
      return only(!overBucket);
    case "apps/deployments":
      return only(overBucket);
    case "policy/poddisruptionbudgets":
      return only(several);
    case "networking.k8s.io/networkpolicies":
      return only(registry.networkPolicy !== undefined);
    case "gateway.networking.k8s.io/httproutes":
      return only(cluster.gateways.length > 0);
    case "gateway.networking.k8s.io/gateways":
      return [...new Set(cluster.gateways.map(({ namespace = registry.namespace }) => namespace))];
    case "monitoring.coreos.com/servicemonitors":
      return only(monitoring?.serviceMonitor === true);
    case "monitoring.coreos.com/prometheusrules":
      return only(monitoring?.rules === true);
    case "/pods/portforward": {
      const via = endpoint?.via ?? (cluster.gateways.length > 0 ? "route" : "port-forward");
      return only(via === "port-forward" || several);
    }
    default:
      return own;
  }
}

/** Rights as rules of RBAC, in the notation of YAML. */
export function rulesText(rights: readonly Right[]): string {
  const verbs = new Map<string, Set<string>>();
  for (const { group, resource, verb } of rights) {
    const key = `${group} ${resource}`;
    verbs.set(key, (verbs.get(key) ?? new Set()).add(verb));
  }
  const merged = new Map<string, { group: string; resources: string[]; verbs: string }>();
  for (const [key, each] of verbs) {
    const [group = "", resource = ""] = key.split(" ");
    const words = [...each].join(", ");
    const rule = merged.get(`${group} ${words}`) ?? { group, resources: [], verbs: words };
    rule.resources.push(resource);
    merged.set(`${group} ${words}`, rule);
  }
  return [...merged.values()]
    .map(
      ({ group, resources, verbs }) =>
        `{ apiGroups: [${group === "" ? '""' : group}], resources: [${resources.join(", ")}], verbs: [${verbs}] }`,
    )
    .join(", ");
}
