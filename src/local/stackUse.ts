import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ExpectedUpstream, DeclaredAccess } from "../checks/expectations";
import { projectFolder } from "../system/projectFolder";
import { readStackFile } from "../config/stackFile";
import { accessProblems } from "../config/access";
import { retentionProblems } from "../config/retention";
import { stackSchema } from "../config/stack";
import { childTags, type ImageToSeed } from "../seeding/findImage";
import { UnsupportedFeatureError } from "../zot/versions";
import { zotConfig, type ZotConfigOptions } from "../zot/zotConfig";
import type { FoundRegistry } from "./registryPrograms";
import { UserError } from "../system/userError";

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
  /** What its file says, part by part; empty where it says nothing. */
  told: StackPart[];
  /** For Zot's config. */
  options: Pick<ZotConfigOptions, "access" | "upstreams" | "retention" | "seeds">;
  /** For the checks. */
  expected: { access?: DeclaredAccess; upstreams?: ExpectedUpstream[] };
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
  admins: readonly string[],
): StackUse {
  const name = stack ?? "local";
  const none = { stack: name, told: [], options: {}, expected: {} };
  if (stack === undefined && !existsSync(join("stacks", `Pulumi.${name}.yaml`))) return none;
  const asked = stackSchema.pick({ access: true, upstreams: true, retention: true });
  const file = readStackFile(projectFolder(), name, asked, (raw) => [
    ...accessProblems({ ...raw, zot: { version: found.version } }),
    ...retentionProblems(raw),
  ]);
  const said = {
    access: JSON.stringify(file.access) !== JSON.stringify(asked.shape.access.parse(undefined)),
    upstreams: file.upstreams.length > 0,
    retention: file.retention !== undefined,
  };
  const parts = stackParts.filter((part) => said[part]);
  if (parts.length === 0) return none;
  if (found.kind !== "zot")
    return { ...none, told: parts.map((part) => ({ part, status: "skipped", detail: why[part] })) };
  const upstreams = file.upstreams.map(({ username: _, ...each }) => each);
  const options = {
    access: file.access,
    upstreams,
    retention: file.retention,
    seeds: images.map((image) => ({
      repository: image.repository,
      tags: [...new Set([...image.tags, ...childTags(image)])],
    })),
  };
  const { accessControl: control } = configured(found, options, admins).http;
  const signedIn = file.upstreams.filter((each) => each.username !== undefined);
  return {
    stack: name,
    told: parts.map((part) => ({
      part,
      status: "used",
      detail:
        part === "upstreams" && signedIn.length > 0
          ? `${signedIn.map((each) => each.name).join(", ")} without an account: its password is encrypted in the stack file`
          : "as on a cluster",
    })),
    options,
    expected: {
      access: { control, version: found.version },
      ...(upstreams.length === 0
        ? {}
        : { upstreams: upstreams.map(({ name, url }) => ({ name, url })) }),
    },
  };
}

const why = {
  access: "docker-registry knows no roles: whoever signs in may do everything",
  upstreams: "docker-registry is a cache of one registry, or of none",
  retention: "docker-registry deletes no tags",
} as const;

/** Built before anything is changed, so that what this Zot lacks is told in time. */
function configured(found: FoundRegistry, options: StackUse["options"], admins: readonly string[]) {
  try {
    return zotConfig({
      version: found.version,
      address: "127.0.0.1",
      port: 0,
      rootDirectory: "",
      htpasswdPath: "",
      admins,
      ...options,
    });
  } catch (error) {
    if (error instanceof UnsupportedFeatureError) throw new UserError(error.message);
    throw error;
  }
}
