import { mediaTypes } from "../images/mediaTypes";
import type { RegistryClient } from "../registry/client";

/** What an account may do with a repository, in Zot's words. */
export const actions = ["read", "create", "update", "delete"] as const;
export type Action = (typeof actions)[number];

/** A tag that exists: probing one in a repository that does not would leave the repository behind. */
export interface ProbedTag {
  repository: string;
  tag: string;
}

/** A tag and a digest that nobody has. */
const noTag = "zot-fleet-probe-that-nothing-is-pushed-to";
const noDigest = `sha256:${"0".repeat(64)}`;

/** How each right is asked for without using it, and what the answers mean; anything else is told as it is. */
const probes: Record<
  Action,
  { method: "HEAD" | "PUT" | "DELETE"; reference?: string; allowed: readonly number[] }
> = {
  read: { method: "HEAD", allowed: [200] },
  // `{}` is no manifest: Zot looks at the rights first and then refuses it, 400, before anything is written.
  create: { method: "PUT", reference: noTag, allowed: [400] },
  update: { method: "PUT", allowed: [400] },
  delete: { method: "DELETE", reference: noDigest, allowed: [404] },
};

/**
 * The status of a request for `action` that changes nothing either way (tried on Zot 2.1.18, where all files of the storage
 * stay the same; pkg/api/authz.go, DistSpecAuthzHandler: a PUT is an update where the tag exists, else a create).
 */
export async function probeRight(
  client: RegistryClient,
  action: Action,
  { repository, tag }: ProbedTag,
): Promise<number> {
  const { method, reference = tag } = probes[action];
  const { status } = await client.request({
    method,
    path: `/v2/${repository}/manifests/${reference}`,
    ...(method === "PUT"
      ? { body: "{}", headers: { "content-type": mediaTypes.ociManifest } }
      : {}),
  });
  return status;
}

/** Whether an account may do `action`. A status that means neither yes nor no is given back. */
export async function may(
  client: RegistryClient,
  action: Action,
  tag: ProbedTag,
): Promise<boolean | number> {
  const status = await probeRight(client, action, tag);
  if (status === 403) return false;
  return probes[action].allowed.includes(status) ? true : status;
}
