/** A Secret of a cluster. */
export interface KubernetesTarget {
  to: "kubernetes";
  /** The kubeconfig context of the cluster. */
  context: string;
  /** Is there already. */
  namespace: string;
  name: string;
  /** dockerconfigjson: a pull secret. opaque: `username` and `password`. */
  type: "dockerconfigjson" | "opaque";
}

/** Actions secrets of a repository or of an organization at a forge. */
interface ForgeTarget {
  /** `http(s)://host[/path]`; of GitHub its API, such as `https://api.github.com`. */
  url: string;
  /** `owner/name`; this or `organization`. */
  repository?: string;
  organization?: string;
  /** login: two secrets, for the user name and for the key. dockerconfigjson: one, which is replaced as a whole. */
  type: "login" | "dockerconfigjson";
  usernameSecret: string;
  keySecret: string;
  configSecret: string;
}

export interface ForgejoTarget extends ForgeTarget {
  to: "forgejo";
}

export interface GitHubTarget extends ForgeTarget {
  to: "github";
  /** Which of an organization's repositories see it. */
  visibility: "all" | "private";
}

/** A file of the machine that deploys, for its user alone. */
export interface FileTarget {
  to: "file";
  /** Relative to the folder of Pulumi.yaml. */
  path: string;
  /** dockerconfigjson: what `--authfile` reads. key: the key and a line break, for `--password-stdin`. */
  type: "dockerconfigjson" | "key";
}

/** Where a key is wanted. */
export type Target = KubernetesTarget | ForgejoTarget | GitHubTarget | FileTarget;

/** A target in words. */
export function describeTarget(target: Target): string {
  switch (target.to) {
    case "kubernetes":
      return `the Secret ${target.namespace}/${target.name}`;
    case "file":
      return `the file ${target.path}`;
    default:
      return `the Actions secrets of ${target.repository ?? target.organization ?? ""} at ${target.url}`;
  }
}

/** Which of the tokens a target needs: that of its host. */
export const tokenNameOf = ({ url }: Pick<ForgejoTarget, "url">): string => new URL(url).host;

/** A delivery failed. The message says where and what to do, and holds neither token nor key. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
}
