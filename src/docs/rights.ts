import { rules, type Rule } from "../doctor/needs/rights";

const ruleLines = ({ comment, group, resources, verbs }: Rule) => [
  ...(comment === undefined ? [] : [`  # ${comment}`]),
  `  - apiGroups: [${group === "" ? '""' : group}]`,
  `    resources: [${resources.join(", ")}]`,
  `    verbs: [${verbs.join(", ")}]`,
];

const role = (name: keyof typeof rules) => [
  "---",
  "apiVersion: rbac.authorization.k8s.io/v1",
  "kind: ClusterRole",
  `metadata: { name: ${name} }`,
  "rules:",
  ...rules[name].flatMap(ruleLines),
];

const binding = (name: keyof typeof rules) => [
  "---",
  "apiVersion: rbac.authorization.k8s.io/v1",
  "kind: ClusterRoleBinding",
  `metadata: { name: ${name} }`,
  `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${name} }`,
  "subjects: [{ kind: ServiceAccount, name: deploy, namespace: zot-fleet }]",
];

/** The rights of a deployment as objects to apply. */
export function rightsYaml(): string {
  return [
    "# Written by npm run docs, from src/doctor/needs/rights.ts.",
    "# Whoever runs `pulumi up` and `pulumi destroy`, and no more: kubectl apply -f examples/rbac/deploy.yaml",
    "# Namespaces of registries and of pull secrets are made where they are not there, so the rights are the cluster's. Where all are",
    "# there already, bind the role zot-fleet-deploy in each of them by a RoleBinding instead, and zot-fleet-cluster for the cluster.",
    "apiVersion: v1",
    "kind: Namespace",
    "metadata: { name: zot-fleet }",
    "---",
    "apiVersion: v1",
    "kind: ServiceAccount",
    "metadata: { name: deploy, namespace: zot-fleet }",
    ...role("zot-fleet-cluster"),
    ...role("zot-fleet-deploy"),
    ...binding("zot-fleet-cluster"),
    ...binding("zot-fleet-deploy"),
    "",
  ].join("\n");
}
