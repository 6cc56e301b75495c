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
/** What `kubectl rollout restart` does to a workload. */
const restarting = ["get", "patch"];
/** What a check does to tell what a workload runs. */
const telling = ["list"];
/** What is done to the Secret that an API key is delivered into. */
const delivering = ["get", "create", "patch", "delete"];
/** What is done to the service account that gets a pull secret: one field is applied. */
const attaching = ["get", "patch"];

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
    {
      comment: "Where a seed's rollouts name one.",
      group: "apps",
      resources: ["daemonsets"],
      verbs: restarting,
    },
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
          usesOf(`${rule.group}/${resource}`, declared).flatMap(({ namespace, verbs = all }) =>
            verbsOf(rule, resource)
              .filter((verb) => verbs.includes(verb))
              .map((verb) => ({
                group: rule.group,
                resource,
                verb,
                ...(namespace === undefined ? {} : { namespace }),
              })),
          ),
        ),
      );
  // Several uses of one namespace want the same right.
  const each = (some: Right[]) => [
    ...new Map(some.map((right) => [JSON.stringify(right), right])).values(),
  ];
  return {
    preview: each(rights(({ group }, resource) => previewVerbs[`${group}/${resource}`] ?? [])),
    up: each(rights(({ verbs }) => verbs)),
  };
}

/** Where a resource is used, and of a rule's verbs those that are. @default all of them */
interface Use {
  /** Absent for what is in no namespace. */
  namespace?: string;
  verbs?: readonly string[];
}

const inEach = (namespaces: readonly string[], verbs?: readonly string[]): Use[] =>
  namespaces.map((namespace) => ({ namespace, ...(verbs === undefined ? {} : { verbs }) }));

/** Where a stack uses a resource; nowhere where it makes none. */
function usesOf(resource: string, declared: Declared): readonly Use[] {
  const { cluster, registry, pullSecrets, endpoint, monitoring, apiKeys, seeds } = declared;
  const own = inEach([registry.namespace]);
  const only = (used: boolean) => (used ? own : []);
  const rollouts = seeds.flatMap((seed) => seed.rollouts);
  const restarted = (kind: string) =>
    inEach(
      rollouts.filter((each) => each.kind === kind).map(({ namespace }) => namespace),
      restarting,
    );
  const several = registry.replicas > 1;
  const overBucket = registry.storage.s3 !== undefined;
  switch (resource) {
    case "/namespaces":
      return [{}];
    case "storage.k8s.io/storageclasses":
      return overBucket ? [] : [{}];
    case "/secrets": {
      const targets = apiKeys.flatMap(({ deliver }) => deliver);
      return [
        ...own,
        ...inEach(pullSecrets.map(({ namespace }) => namespace)),
        ...inEach(
          targets.flatMap((each) => (each.to === "kubernetes" ? [each.namespace] : [])),
          delivering,
        ),
      ];
    }
    case "/serviceaccounts": {
      const attached = pullSecrets.filter(({ attach }) => attach);
      return [
        ...own,
        ...inEach(
          attached.map(({ namespace }) => namespace),
          attaching,
        ),
      ];
    }
    case "/persistentvolumeclaims":
      return only(!overBucket);
    case "apps/statefulsets":
      return [...only(!overBucket), ...restarted("StatefulSet")];
    case "apps/deployments":
      return [...only(overBucket), ...restarted("Deployment")];
    case "apps/daemonsets":
      return restarted("DaemonSet");
    case "policy/poddisruptionbudgets":
      return only(several);
    case "networking.k8s.io/networkpolicies":
      return only(registry.networkPolicy !== undefined);
    case "gateway.networking.k8s.io/httproutes":
      return only(cluster.gateways.length > 0);
    case "gateway.networking.k8s.io/gateways":
      return inEach(cluster.gateways.map(({ namespace = registry.namespace }) => namespace));
    case "monitoring.coreos.com/servicemonitors":
      return only(monitoring?.serviceMonitor === true);
    case "monitoring.coreos.com/prometheusrules":
      return only(monitoring?.rules === true);
    case "/pods":
      return [
        ...own,
        ...inEach(
          rollouts.map(({ namespace }) => namespace),
          telling,
        ),
      ];
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
