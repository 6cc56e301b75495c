import { code } from "../../render/markdown";
import { textAt, type Change, type Described } from "./change";

type Describe = (step: Described) => Change[];

const nameOf = ({ now, old, name }: Described) => {
  const at = (inputs: Described["old"]) => textAt(inputs, "metadata", "name");
  return at(now) ?? at(old) ?? name;
};
const namespaceOf = ({ now, old }: Described) => {
  const at = (inputs: Described["old"]) => textAt(inputs, "metadata", "namespace");
  return at(now) ?? at(old) ?? "?";
};

const namespace: Describe = (step) => {
  const { kind, kept } = step;
  const name = code(nameOf(step));
  if (kind === "created") return [{ kind, words: `the namespace ${name} is made` }];
  if (kind === "deleted")
    return [
      kept
        ? { kind, words: `the namespace ${name} is no longer managed; it is kept` }
        : { kind, words: `the namespace ${name} is deleted with all that is in it`, risk: true },
    ];
  if (kind === "replaced")
    return [
      {
        kind,
        words: `the registry moves from the namespace ${code(textAt(step.old, "metadata", "name") ?? "?")} to ${name}`,
        risk: true,
      },
    ];
  return [{ kind, words: `the namespace ${name} is ${kind}` }];
};

const claim: Describe = (step) => {
  const { kind, old, now, kept } = step;
  const name = code(`${namespaceOf(step)}/${nameOf(step)}`);
  const size = (inputs: Described["old"]) =>
    textAt(inputs, "spec", "resources", "requests", "storage");
  if (kind === "created")
    return [{ kind, words: `claims ${code(size(now) ?? "storage")} for images: ${name}` }];
  if (kind === "replaced")
    return [
      {
        kind,
        words: `the claim is replaced by ${name}, which starts empty; the old one ${kept ? "is kept, its images are not moved" : "is deleted with its images"}`,
        risk: true,
      },
    ];
  if (kind === "deleted")
    return [
      {
        kind,
        words: `the claim ${name} ${kept ? "is no longer managed; it and its images are kept" : "is deleted with its images"}`,
        risk: true,
      },
    ];
  const [before, after] = [size(old), size(now)];
  return before === after
    ? [{ kind, words: `the claim ${name} is ${kind}` }]
    : [
        {
          kind,
          words: `storage goes from ${code(before ?? "?")} to ${code(after ?? "?")}; a claim can never shrink again`,
          risk: true,
        },
      ];
};

const secret: Describe = (step) => {
  const { kind } = step;
  const where = code(namespaceOf(step));
  const pulls = [step.now, step.old].some(
    (inputs) => textAt(inputs, "type") === "kubernetes.io/dockerconfigjson",
  );
  if (!pulls)
    return [
      kind === "deleted"
        ? { kind, words: "the registry's accounts file is deleted", risk: true }
        : { kind, words: `the registry's accounts file is ${kind}` },
    ];
  if (kind === "deleted")
    return [
      { kind, words: `pods in ${where} can no longer pull: their pull secret goes`, risk: true },
    ];
  return [
    kind === "created"
      ? { kind, words: `pods in ${where} get a pull secret` }
      : {
          kind,
          words: `the pull secret in ${where} holds another account or other host names; running pods stay`,
        },
  ];
};

const serviceAccount: Describe = (step) => {
  const where = code(`${namespaceOf(step)}/${nameOf(step)}`);
  return step.kind === "deleted"
    ? [
        {
          kind: step.kind,
          words: `the service account ${where} loses its pull secret: pods must name it themselves`,
          risk: true,
        },
      ]
    : [{ kind: step.kind, words: `the service account ${where} has the pull secret attached` }];
};

const hostsOf = (inputs: Described["old"]): string[] => {
  const hosts = (inputs["spec"] as { hostnames?: unknown } | undefined)?.hostnames;
  return Array.isArray(hosts) ? hosts.map(String) : [];
};

const route: Describe = (step) => {
  const { kind, now, old } = step;
  const [before, after] = [hostsOf(old), hostsOf(now)];
  const host = (after.length > 0 ? after : before).map(code).join(", ") || code("?");
  const leads = host.includes(",") ? "lead" : "leads";
  if (kind === "created") return [{ kind, words: `${host} ${leads} to the registry` }];
  if (kind === "deleted")
    return [{ kind, words: `${host} no longer ${leads} to the registry`, risk: true }];
  const gone = before.filter((name) => !after.includes(name));
  const come = after.filter((name) => !before.includes(name));
  if (gone.length > 0 || come.length > 0)
    return [
      ...gone.map((name) => ({
        kind,
        words: `${code(name)} no longer leads to the registry: nodes and clients that name it can neither pull nor push`,
        risk: true as const,
      })),
      ...come.map((name) => ({ kind, words: `${code(name)} leads to the registry` })),
    ];
  return [
    {
      kind,
      words: `the route of ${host} is ${kind}`,
      ...(kind === "replaced" ? { risk: true } : {}),
    },
  ];
};

const podAccount: Describe = ({ kind, now }) => {
  const none = now["automountServiceAccountToken"] === false;
  // A pod that is new never had one.
  if (none && kind === "created") return [];
  return [
    {
      kind,
      words: `the registry's pod gets ${none ? "no" : "a"} token for the Kubernetes API from its next start on`,
    },
  ];
};

const networkPolicy: Describe = ({ kind }) => [
  kind === "deleted"
    ? { kind, words: "no NetworkPolicy keeps anybody from the registry's pod any longer" }
    : {
        kind,
        words:
          "a NetworkPolicy says who reaches the registry's pod, and what it reaches: a gateway or an upstream that it leaves out is cut",
        risk: true,
      },
];

/** What each Kubernetes kind means, by Pulumi's name of its type. */
export const clusterTypes: Readonly<Record<string, Describe>> = {
  "kubernetes:core/v1:Namespace": namespace,
  "kubernetes:core/v1:PersistentVolumeClaim": claim,
  "kubernetes:core/v1:Secret": secret,
  "kubernetes:core/v1:ServiceAccount": podAccount,
  "kubernetes:core/v1:ServiceAccountPatch": serviceAccount,
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": networkPolicy,
  "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": route,
};
