import { z } from "zod";
import { isRepository } from "../images/reference";
import type { Source } from "../seeding/promoted";
import type { Credentials } from "../registry/client";
import { accountPasswordProblems } from "./accountPasswords";
import { registryHost } from "./cluster";
import { certificates, dialledAddress, serverUrl } from "./endpoint";
import type { Problem } from "./problem";
import { allowedText, secrets, textLike, textThat } from "./rules";
import { found, listed, nearest, pathText } from "./words";

const sourceSchema = z
  .strictObject({
    url: serverUrl().describe("Where it answers."),
    prefix: textThat(
      "the first parts of repository names, such as teams/web, without a slash at its end",
      isRepository,
    )
      .optional()
      .describe("What stands before an image's name there: with teams, app is teams/app there."),
    username: z
      .string()
      .min(1)
      .optional()
      .describe(
        "A reader's account there. Its password stands in sourcePasswords. Default: none, for what everybody may read.",
      ),
    signedBy: textThat(
      "the path of a public key from the project's root, in it, such as keys/ci.pub",
      isInProject,
    )
      .optional()
      .describe(
        "The public key, in PEM, by which everything that comes from there has to be signed with cosign. Default: none; signatures are carried, not verified.",
      ),
    ca: certificates()
      .optional()
      .describe("Certificates to trust besides the public ones, in PEM."),
    connect: dialledAddress()
      .optional()
      .describe(
        "Where to dial instead, host:port; the name in the request and the certificate stays.",
      ),
  })
  .describe("A registry that images are promoted from.");

/** What is reviewed with the stack file lies beside it. */
function isInProject(path: string): boolean {
  const steps = path.split("/");
  return (
    path.trim() !== "" &&
    !/[\p{Cc}:\\]/u.test(path) &&
    !steps.some((step) => step === "" || step === ".." || step.startsWith("~"))
  );
}

/** Registries that images are promoted from. */
export const sourcesSchema = z
  .record(
    textLike("a name in lower case, such as accra", /^[a-z0-9]+(?:-[a-z0-9]+)*$/),
    sourceSchema,
  )
  .register(allowedText, { allowed: "an object with a registry for each name" })
  .default({})
  .describe(
    "Registries that seeds come from, by the name that a seed's `from` has. A name means one place in all stack files.",
  );

/** Passwords for sources. Secret. */
export const sourcePasswordsSchema = z
  .record(z.string(), z.string().min(1).register(allowedText, { allowed: "a password" }))
  .register(allowedText, { allowed: "an object with a password for each source's name" })
  .register(secrets, { secret: true })
  .describe(
    'The passwords of the accounts at sources, by the source\'s name. Set it with `pulumi config set --secret sourcePasswords \'{"accra": "…"}\'`.',
  );

export type SourcesConfig = z.output<typeof sourcesSchema>;

/**
 * A source as it is read, whom to be there, and the path of the key that signs what it has; undefined where there is no such one.
 */
export function sourceNamed(
  {
    sources,
    sourcePasswords = {},
  }: {
    sources: SourcesConfig;
    sourcePasswords?: Readonly<Record<string, string>> | undefined;
  },
  name: string,
): { source: Source; credentials?: Credentials; signedBy?: string } | undefined {
  const given = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (given === undefined) return undefined;
  const { url, ca, connect, prefix, username, signedBy } = given;
  const password = Object.hasOwn(sourcePasswords, name) ? sourcePasswords[name] : undefined;
  const address = {
    url,
    ...(ca === undefined ? {} : { ca }),
    ...(connect === undefined ? {} : { connect }),
  };
  return {
    source: { name, address, ...(prefix === undefined ? {} : { prefix }) },
    ...(username === undefined || password === undefined
      ? {}
      : { credentials: { username, password } }),
    ...(signedBy === undefined ? {} : { signedBy }),
  };
}

/** What is wrong between sources, their passwords, the seeds that come from them and this registry; looks at raw values. */
export function sourceProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  return [...placeProblems(raw), ...sourcePasswordProblems(raw)];
}

/** The same without the passwords, which a stack file holds encrypted. */
export function placeProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { data: sources } = sourcesSchema.safeParse(raw["sources"] ?? {});
  const seeds = fromSources(raw["seeds"]);
  return [
    ...(sources === undefined
      ? []
      : [...unknownSources(seeds, Object.keys(sources)), ...ownRegistry(sources, raw)]),
    ...floatingTags(seeds, raw["access"]),
  ];
}

interface FromSource {
  index: number;
  from: string;
  tags: unknown[];
}

function fromSources(raw: unknown): FromSource[] {
  const seed = z.looseObject({ from: z.string(), tags: z.array(z.unknown()).catch([]) });
  return (Array.isArray(raw) ? (raw as unknown[]) : []).flatMap((value, index) => {
    const { data } = seed.safeParse(value);
    return data === undefined ? [] : [{ index, from: data.from, tags: data.tags }];
  });
}

function unknownSources(seeds: readonly FromSource[], names: readonly string[]): Problem[] {
  return seeds
    .filter(({ from }) => !names.includes(from))
    .map(({ index, from }) => {
      const near = nearest(from, names);
      return {
        path: pathText(["seeds", index, "from"]),
        found: `${found(from)}, which is no source`,
        allowed:
          names.length === 0
            ? `nothing: there are no ${pathText(["sources"])}`
            : `one of ${pathText(["sources"])}: ${listed(names)}`,
        ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
      };
    });
}

/** What it has already, a registry cannot get from itself. */
function ownRegistry(sources: SourcesConfig, raw: Readonly<Record<string, unknown>>): Problem[] {
  const own = ownHosts(raw);
  return Object.entries(sources)
    .filter(([, { url }]) => own.has(hostOf(url)))
    .map(([name, { url }]) => ({
      path: pathText(["sources", name, "url"]),
      found: `${found(url)}, which is the registry of this stack`,
      allowed: "another registry",
    }));
}

/** The hosts that lead to a stack's own registry; looks at raw values. */
export function ownHosts(raw: Readonly<Record<string, unknown>>): Set<string> {
  const cluster = z
    .looseObject({ domain: z.string(), aliases: z.array(z.string()).catch([]) })
    .safeParse(raw["cluster"]).data;
  const endpoint = z.looseObject({ url: z.string() }).safeParse(raw["endpoint"]).data;
  return new Set([
    ...(cluster === undefined ? [] : [registryHost(cluster), ...cluster.aliases]),
    ...(endpoint !== undefined && URL.canParse(endpoint.url) ? [hostOf(endpoint.url)] : []),
  ]);
}

/** A name is not told by its case, nor a port that goes without saying. */
export const hostOf = (url: string): string => new URL(url).host;

/** A tag that moves by itself says nothing about what was reviewed. */
function floatingTags(seeds: readonly FromSource[], rawAccess: unknown): Problem[] {
  const access = z
    .looseObject({ moving: z.array(z.string()).catch([]) })
    .safeParse(rawAccess ?? {}).data;
  return seeds.flatMap(({ index, tags }) =>
    tags.flatMap((tag, at): Problem[] => {
      const why = typeof tag === "string" ? whyFloating(tag, access?.moving ?? []) : undefined;
      return why === undefined
        ? []
        : [
            {
              path: pathText(["seeds", index, "tags", at]),
              found: `${found(tag)}, ${why}`,
              allowed: "with from, tags that stay: of a version or a build",
            },
          ];
    }),
  );
}

/** Why a tag cannot be promoted; undefined where it can. */
export function whyFloating(tag: string, moving: readonly string[]): string | undefined {
  if (tag === "latest") return "which names another image with each build";
  return moving.includes(tag)
    ? `which ${pathText(["access", "moving"])} lets whoever may push move`
    : undefined;
}

function sourcePasswordProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { data: sources = {} } = sourcesSchema.safeParse(raw["sources"] ?? {});
  const accounts = Object.entries(sources).flatMap(([name, { username }]) =>
    username === undefined ? [] : [{ name, username, path: ["sources", name, "username"] }],
  );
  return accountPasswordProblems("source", "sourcePasswords", accounts, raw["sourcePasswords"]);
}
