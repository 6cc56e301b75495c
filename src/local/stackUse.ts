import { existsSync } from "node:fs";
import { join } from "node:path";
import { accessProblems } from "../config/access";
import { retentionProblems } from "../config/retention";
import { stackSchema } from "../config/stack";
import { readStackFile } from "../config/stackFile";
import { expectedUse } from "../components/expectedUse";
import type { RegistryAccount } from "../components/registryAccount";
import { registryConfig } from "../components/registryConfig";
import { childTags, type ImageToSeed } from "../seeding/findImage";
import { projectFolder } from "../system/projectFolder";
import { UserError } from "../system/userError";
import { UnsupportedFeatureError } from "../zot/versions";
import type { ZotConfigOptions } from "../zot/zotConfig";
import type { FoundRegistry } from "./registryPrograms";

/** What of a stack file holds for a registry on this machine, too. */
const stackParts = ["access", "upstreams", "retention"] as const;

/** What became of a part of the stack file. */
export interface StackPart {
  part: (typeof stackParts)[number];
  status: "used" | "skipped";
  detail: string;
}

/** A stack file's parts, as the registry on this machine takes them. */
export interface StackUse {
  /** The stack. */
  stack: string;
  /** What became of what its file says; empty where it says nothing. */
  parts: StackPart[];
  /** For Zot's config. */
  options: Pick<ZotConfigOptions, "access" | "upstreams" | "retention" | "seeds">;
  /** For the checks. */
  expected: Partial<ReturnType<typeof expectedUse>>;
}

/**
 * What `stacks/Pulumi.<stack>.yaml` says for the registry that was found. Nothing, where there is no such file and nobody asked for it.
 *
 * @param stack by its name. @default local
 * @throws UserError with what is wrong with the file, and where this Zot lacks what it asks for
 */
export function stackUse(
  stack: string | undefined,
  found: FoundRegistry,
  images: readonly ImageToSeed[],
  accounts: readonly Pick<RegistryAccount, "username" | "role">[],
): StackUse {
  const name = stack ?? "local";
  const none = { stack: name, parts: [], options: {}, expected: {} };
  if (stack === undefined && !existsSync(join("stacks", `Pulumi.${name}.yaml`))) return none;
  const asked = stackSchema.pick({ access: true, upstreams: true, retention: true });
  const file = readStackFile(projectFolder(), name, asked, (raw) => [
    ...accessProblems({ ...raw, zot: { version: found.version } }),
    ...retentionProblems(raw),
  ]);
  const given = {
    access: JSON.stringify(file.access) !== JSON.stringify(asked.shape.access.parse(undefined)),
    upstreams: file.upstreams.length > 0,
    retention: file.retention !== undefined,
  };
  const parts = stackParts.filter((part) => given[part]);
  if (parts.length === 0) return none;
  if (found.kind !== "zot")
    return {
      ...none,
      parts: parts.map((part) => ({ part, status: "skipped", detail: whySkipped[part] })),
    };
  const upstreams = file.upstreams.map(({ username: _, ...each }) => each);
  const signedIn = file.upstreams.filter(({ username }) => username !== undefined);
  const options = {
    access: file.access,
    upstreams,
    retention: file.retention,
    seeds: images.map((image) => ({
      repository: image.repository,
      tags: [...new Set([...image.tags, ...childTags(image)])],
    })),
  };
  const zot = { version: found.version };
  try {
    // Built before anything is changed, so that what this Zot lacks is told in time.
    registryConfig({ host: "", zot, accounts, ...options });
  } catch (error) {
    if (error instanceof UnsupportedFeatureError) throw new UserError(error.message);
    throw error;
  }
  return {
    stack: name,
    parts: parts.map((part) => ({
      part,
      status: "used",
      detail:
        part === "upstreams" && signedIn.length > 0
          ? `${signedIn.map((each) => each.name).join(", ")} without an account: its password is encrypted in the stack file`
          : "as on a cluster",
    })),
    options,
    expected: expectedUse(zot, { ...file, upstreams }, accounts, ""),
  };
}

const whySkipped = {
  access: "docker-registry knows no roles: whoever signs in may do everything",
  upstreams: "docker-registry is a cache of one registry, or of none",
  retention: "docker-registry deletes no tags",
} as const;
