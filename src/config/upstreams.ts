import { z } from "zod";
import { addressProblem } from "../registry/address";
import { globPattern, globRule, isGlob } from "../zot/glob";
import { knownUpstreams, upstreamDefaults, type Upstream } from "../zot/upstreams";
import type { CacheRetention } from "../zot/retention/settings";
import { accountPasswordProblems } from "./accountPasswords";
import type { Problem } from "./problem";
import { age, allowedText, secrets, textLike, textThat, time, type Schemas } from "./rules";

const known: Readonly<Record<string, string>> = knownUpstreams;
const knownNames = Object.keys(knownUpstreams) as (keyof typeof knownUpstreams)[];

/** What a cache keeps. */
const cacheRetentionSchema = z
  .strictObject({
    pulledWithin: age().describe(
      "What nobody pulled for so long goes, and is fetched again when it is asked for. retention.dryRun holds for it, too.",
    ),
  } satisfies Schemas<CacheRetention>)
  .describe("What goes again. Default: all that was pulled once stays.");

const upstreamObject = z.strictObject({
  name: textLike(
    "a registry's name as it stands in front of its images, such as docker.io",
    /^[a-z0-9]+(?:[.-][a-z0-9]+)+$/,
  ).describe(
    "The registry's name as it stands in front of its images. Cached images lie under it: docker.io/library/nginx.",
  ),
  url: textThat(
    "http(s)://host[:port]",
    (text) => /^https?:\/\//.test(text) && addressProblem({ url: text }) === undefined,
  )
    .optional()
    .describe(`Where it answers. Default: that of ${knownNames.join(", ")}, else https://<name>.`),
  username: z
    .string()
    .min(1)
    .optional()
    .describe("The account there. Its password stands in upstreamPasswords."),
  allow: z
    .array(textThat(globRule, isGlob).regex(globPattern))
    .min(1)
    .register(allowedText, { allowed: "a list of patterns of its repositories, at least one" })
    .optional()
    .describe("Its repositories that may be asked for, such as library/*. Default: all."),
  preserveDigest: z
    .boolean()
    .default(upstreamDefaults.preserveDigest)
    .describe(
      "Whether images stay byte for byte as they are there, so that pulls by digest find them.",
    ),
  retries: z
    .int()
    .min(0)
    .max(20)
    .default(upstreamDefaults.retries)
    .describe("How often a failed request is tried again."),
  retryDelay: time('a time such as "5s" or "1m"')
    .default(upstreamDefaults.retryDelay)
    .describe("How long to wait before it is."),
  anonymous: z
    .boolean()
    .optional()
    .describe(
      "Whether strangers may pull what is cached; nodes are strangers to a mirror. Default: as access.tier has it.",
    ),
  retention: cacheRetentionSchema.optional(),
} satisfies Schemas<Omit<Upstream, "url"> & { url?: string | undefined }>);

const upstream = z
  .union([z.enum(knownNames), upstreamObject])
  .register(allowedText, {
    allowed: `${knownNames.join(", ")}, or an object with name, url, username, allow, preserveDigest, retries, retryDelay, anonymous and retention`,
  })
  .describe("A registry: its name, or its name and how it is used.");

/** The registries whose images are cached. */
export const upstreamsSchema = z
  .array(upstream)
  .refine((all) => new Set(all.map((each) => upstreamOf(each).name)).size === all.length)
  .register(allowedText, { allowed: "a list of registries, each once" })
  .default([])
  .describe("Registries whose images are kept here once somebody pulls them.")
  .transform((all) => all.map(upstreamOf));

/** Passwords for upstreams. Secret. */
export const upstreamPasswordsSchema = z
  .record(z.string(), z.string().min(1).register(allowedText, { allowed: "a password" }))
  .register(allowedText, { allowed: "an object with a password for each upstream's name" })
  .register(secrets, { secret: true })
  .describe(
    'The passwords of the accounts at upstreams, by the upstream\'s name. Set it with `pulumi config set --secret upstreamPasswords \'{"docker.io": "…"}\'`.',
  );

/** An upstream with everything filled in, however it is written. */
function upstreamOf(written: string | z.output<typeof upstreamObject>): Upstream {
  const given = typeof written === "string" ? upstreamObject.parse({ name: written }) : written;
  return { ...given, url: given.url ?? known[given.name] ?? `https://${given.name}` };
}

/** Accounts at upstreams without a password, and passwords without an account; looks at raw values. */
export function passwordProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { data: upstreams = [] } = upstreamsSchema.safeParse(raw["upstreams"] ?? []);
  const accounts = upstreams.flatMap(({ name, username }, index) =>
    username === undefined ? [] : [{ name, username, path: ["upstreams", index, "username"] }],
  );
  return accountPasswordProblems(
    "upstream",
    "upstreamPasswords",
    accounts,
    raw["upstreamPasswords"],
  );
}
