import type { KubeObject } from "./fields";

/** The kinds that there are, by group and version; those with a star are in no namespace. */
const kinds: Readonly<Record<string, string>> = {
  "api/v1":
    "Namespace* Node* Secret ConfigMap PersistentVolumeClaim Service ServiceAccount Pod Event",
  "apis/apps/v1": "StatefulSet Deployment DaemonSet ControllerRevision",
  "apis/gateway.networking.k8s.io/v1": "HTTPRoute Gateway",
  "apis/networking.k8s.io/v1": "NetworkPolicy",
  "apis/storage.k8s.io/v1": "StorageClass*",
};

/** As the API server's own names go: `networkpolicies`, `storageclasses`, `pods`. */
const pluralOf = (kind: string) =>
  kind
    .toLowerCase()
    .replace(/(?<=[^aeiou])y$/, "ie")
    .replace(/s$/, "se") + "s";

export const resources = Object.entries(kinds).flatMap(([group, names]) =>
  names.split(" ").map((name) => {
    const kind = name.replace("*", "");
    return { group, kind, plural: pluralOf(kind), namespaced: !name.endsWith("*") };
  }),
);

/** Where an object is, in the API's own paths. */
export function pathOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): string {
  const group = apiVersion === "v1" ? "api/v1" : `apis/${apiVersion}`;
  const found = resources.find((each) => each.group === group && each.kind === kind);
  if (found === undefined) throw new RangeError(`the stand-in knows no ${apiVersion} ${kind}`);
  const within = found.namespaced ? `/namespaces/${namespace ?? "default"}` : "";
  return `/${group}${within}/${found.plural}/${name}`;
}

/** What the controllers read of a StatefulSet. */
export interface SetSpec {
  template: {
    metadata: { annotations: Record<string, string>; labels: Record<string, string> };
    spec: { containers: { image: string }[]; volumes: object[] };
  };
  volumeClaimTemplates?: { metadata: { name: string }; spec: Record<string, unknown> }[];
}
