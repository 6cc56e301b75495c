import { z } from "zod";
import type { CredentialAge } from "./fleetStatus";

/** A resource as a stack's state holds it, secrets in plain text. */
export interface StateResource {
  type: string;
  urn: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** RFC 3339: when it was made; absent in states of old engines. */
  created?: string;
  /** RFC 3339: when it was last changed; a deployment that leaves it as it is leaves this, too. */
  modified?: string;
}

/** What the state of a stack tells of its registry, without a credential. */
export interface StateFacts {
  /** When something was last changed, RFC 3339. */
  deployedAt?: string;
  credentials: CredentialAge[];
  /** The generation that a deployment began with, and the one whose pull secrets were handed out. */
  rotation: { begun?: number; handedOut?: number };
  keys: { name: string; expires?: string }[];
  seeds: SeedFacts[];
}

/** One image as it was last seeded. */
export interface SeedFacts {
  repository: string;
  tags: string[];
  /** That of the last seeding that did not fail; absent where none did. */
  digest?: string;
  /** What it was made of; see `contentOf`. Absent where the last seeding failed: the state has what was asked for then. */
  content?: string;
}

const dynamic = "pulumi-nodejs:dynamic/zot-fleet:";

const account = z.looseObject({ username: z.string() });
const rotation = z.looseObject({ rotation: z.number() });
const seed = z.looseObject({
  repository: z.string(),
  tags: z.array(z.string()),
  digest: z.string().nullish(),
  problem: z.string().nullish(),
  // Told by a seeding that did not fail, also where a refresh found a problem since.
  action: z.string().nullish(),
  platforms: z.array(z.looseObject({ platform: z.string(), config: z.string() })).catch([]),
  promoted: z.looseObject({ digest: z.string() }).nullish(),
});
const key = z.looseObject({ expiresAt: z.string().nullish(), label: z.string().nullish() });

/** Reads a state; resources that another version of zot-fleet wrote otherwise are left out. */
export function stateFacts(resources: readonly StateResource[]): StateFacts {
  const changes = resources.flatMap((each) => changedAt(each) ?? []).sort();
  const deployedAt = changes.at(-1);
  return {
    ...(deployedAt === undefined ? {} : { deployedAt }),
    credentials: of(resources, "Account", account).map(({ resource, outputs }) => {
      const since = changedAt(resource);
      return { account: outputs.username, ...(since === undefined ? {} : { since }) };
    }),
    rotation: {
      ...generation(resources, "rotation", "begun"),
      ...generation(resources, "rotation-handed-out", "handedOut"),
    },
    keys: of(resources, "ApiKey", key).map(({ resource, outputs: { label, expiresAt } }) => ({
      name: label ?? nameOf(resource),
      ...(typeof expiresAt === "string" ? { expires: expiresAt } : {}),
    })),
    seeds: of(resources, "Seed", seed).map(
      ({ outputs: { repository, tags, digest, problem, action, platforms, promoted } }) => {
        const failed = typeof problem === "string" && typeof action !== "string";
        const content = failed ? undefined : (promoted?.digest ?? contentOf(platforms));
        return {
          repository,
          tags,
          ...(typeof digest === "string" ? { digest } : {}),
          ...(content === undefined ? {} : { content }),
        };
      },
    ),
  };
}

/** What an image of archives is, whatever it was compressed with: its canonical config for each platform. Of a promoted one its digest says so. */
export function contentOf(
  platforms: readonly { platform: string; config: string }[],
): string | undefined {
  if (platforms.length === 0) return undefined;
  return platforms
    .map(({ platform, config }) => `${platform}=${config}`)
    .sort()
    .join(" ");
}

/** RFC 3339 in UTC, as the engine writes it, sorts as text. */
const changedAt = ({ modified, created }: StateResource) => modified ?? created;

const nameOf = ({ urn }: StateResource) => urn.split("::").at(-1) ?? "";

function of<T>(resources: readonly StateResource[], type: string, schema: z.ZodType<T>) {
  return resources
    .filter((resource) => resource.type === dynamic + type)
    .flatMap((resource) => {
      const { data } = schema.safeParse(resource.outputs ?? resource.inputs);
      return data === undefined ? [] : [{ resource, outputs: data }];
    });
}

function generation<Key extends string>(
  resources: readonly StateResource[],
  name: string,
  as: Key,
): Partial<Record<Key, number>> {
  const found = of(resources, "Rotation", rotation).find(
    ({ resource }) => nameOf(resource) === name,
  );
  return found === undefined
    ? {}
    : ({ [as]: found.outputs.rotation } as Partial<Record<Key, number>>);
}
