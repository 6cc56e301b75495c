import { z } from "zod";
import { allowed as allowedIn, isTag } from "../images/reference";
import {
  defaultTier,
  tiers,
  whats,
  type AccessRule,
  type AccessSettings,
  type Grant,
  type Member,
  type Who,
} from "../zot/accessSettings";
import { globPattern, globRule, isGlob, overlap } from "../zot/glob";
import { ruleClashes } from "../zot/ruleClashes";
import { neededVersion, supports, unsupportedMessage } from "../zot/versions";
import type { Problem } from "./problem";
import { allowedText, textThat, type Schemas } from "./rules";
import { upstreamsSchema } from "./upstreams";
import { found, listed, nearest, pathText } from "./words";
import { zotSchema } from "./zot";

const named = "(?:user:[^\\s:#][^:\\p{Cc}]*|group:[^\\p{Cc}]+)";
const memberPattern = new RegExp(`^${named}$`, "u");
const whoPattern = new RegExp(`^(?:anonymous|signed-in|ci|puller|${named})$`, "u");

/** A machine account's name changes with every rotation. */
const generation = /^user:(ci|puller)-\d+$/;

/** Whoever a pattern names; zod cannot tell by it which texts these are. */
const member = <Named extends string>(
  pattern: RegExp,
  names: readonly string[],
  allowed: string,
): z.ZodType<Named, string> =>
  z
    .string()
    .regex(pattern)
    .superRefine((text, context) => {
      const role = generation.exec(text)?.[1];
      const near = nearest(text, names);
      const hint =
        role !== undefined
          ? `the next rotation makes another account: write ${role === "ci" ? "ci" : "puller"}, which is every generation of it`
          : near === undefined
            ? undefined
            : `did you mean ${near}?`;
      if (role !== undefined || !pattern.test(text))
        context.addIssue({ code: "custom", params: hint === undefined ? {} : { hint } });
    })
    .register(allowedText, { allowed }) as z.ZodType<string, string> as z.ZodType<Named, string>;

const who = member<Who>(
  whoPattern,
  ["anonymous", "signed-in", "ci", "puller"],
  "anonymous, signed-in, ci, puller, user:NAME or group:NAME",
);

const grantSchema = z
  .strictObject({
    who: z
      .array(who)
      .min(1)
      .register(allowedText, {
        allowed: "a list of anonymous, signed-in, ci, puller, user:NAME and group:NAME",
      })
      .describe(
        "Who. anonymous is everybody, signed in or not; signed-in every account, pull secrets' included; ci and puller every generation of the machine accounts.",
      ),
    what: z
      .array(z.enum(whats))
      .min(1)
      .register(allowedText, { allowed: `a list of ${whats.join(", ")}` })
      .describe("What. Each includes pull. overwrite includes push-new. Strangers may only pull."),
  } satisfies Schemas<Grant>)
  .refine((grant) => !grant.who.includes("anonymous") || grant.what.every((w) => w === "pull"))
  .register(allowedText, {
    allowed: "an object with who and what, in which anonymous may only pull",
  })
  .describe("Who may do what.");

const allowSchema = z
  .array(grantSchema)
  .register(allowedText, { allowed: "a list of objects, each with who and what" })
  .default([]);

const tier = () => z.enum(tiers);

const ruleSchema = z
  .strictObject({
    repositories: textThat(globRule, isGlob)
      .regex(globPattern)
      .describe("The repositories, as a pattern: * within a part, ** for any number of parts."),
    tier: tier()
      .optional()
      .describe(
        "Starts afresh with this tier, without what is granted around it. Default: adds to what is around it.",
      ),
    allow: allowSchema.describe("What is granted on top, for these repositories."),
  } satisfies Schemas<AccessRule>)
  .describe("What holds for some repositories.");

const members = () =>
  z
    .array(member<Member>(memberPattern, [], "user:NAME or group:NAME"))
    .register(allowedText, { allowed: "a list of user:NAME and group:NAME" })
    .default([]);

/** Who may do what. */
export const accessSchema = z
  .strictObject({
    tier: tier()
      .default(defaultTier)
      .describe(
        "private: only accounts pull; CI pushes what is new, admins do everything. read-public: strangers pull, too.",
      ),
    allow: allowSchema.describe("What is granted on top, for all repositories."),
    moving: z
      .array(textThat(`a tag: ${allowedIn.tag}`, isTag))
      .register(allowedText, { allowed: "a list of tags" })
      .default([])
      .describe(
        "Tags that whoever may push what is new may move, such as latest; no others. Needs Zot 2.1.17.",
      ),
    groups: z
      .record(
        textThat("a group's name in lower case", (text) => /^[a-z0-9][a-z0-9_.-]*$/.test(text)),
        z.array(z.string().min(1)).register(allowedText, { allowed: "a list of accounts" }),
      )
      .default({})
      .describe(
        "Groups of accounts, by name, in lower case, which is how Zot reads them. An identity provider's groups need not stand here.",
      ),
    roles: z
      .strictObject({
        admin: members().describe("Who may do everything."),
        ci: members().describe("Who may do what CI may."),
        puller: members().describe("Who may pull."),
      } satisfies Schemas<NonNullable<AccessSettings["roles"]>>)
      .prefault({})
      .describe("Who has a role besides the accounts that are made for it, such as a group."),
    rules: z
      .array(ruleSchema)
      .register(allowedText, {
        allowed: "a list of objects, each with repositories, tier and allow",
      })
      .default([])
      .describe("What holds for some repositories; rules add up, from the widest pattern in."),
  } satisfies Schemas<AccessSettings>)
  .describe("Who may do what.");

/** What is wrong between access, caches, seeds and Zot's version; looks at raw values. */
export function accessProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const access = accessSchema.safeParse(raw["access"] ?? {}).data;
  const names = upstreamNames(raw["upstreams"]);
  return [
    ...(access === undefined ? [] : rulesThatClash(access.rules, names)),
    ...movingProblems(access?.moving ?? [], raw["zot"]),
    ...seedsInCaches(raw["seeds"], names),
  ];
}

function upstreamNames(raw: unknown): string[] {
  const { data = [] } = upstreamsSchema.safeParse(raw ?? []);
  return data.map(({ name }) => name);
}

function rulesThatClash(
  rules: readonly { repositories: string }[],
  upstreams: readonly string[],
): Problem[] {
  const patterns = rules.map(({ repositories }) => repositories);
  const path = (index: number) => pathText(["access", "rules", index, "repositories"]);
  const cached = patterns.flatMap((pattern, index): Problem[] => {
    const name = upstreams.find((each) => overlap(`${each}/**`, pattern));
    if (name === undefined) return [];
    return [
      {
        path: path(index),
        found: `${found(pattern)}, which reaches into the cache of ${name}`,
        allowed: "a pattern of repositories that are no cache's",
        hint: `who may pull what is cached is said by access.tier, access.allow and anonymous of the upstream`,
      },
    ];
  });
  const clashing = ruleClashes(patterns).map(({ index, problem }) => ({
    path: path(index),
    found: `${found(patterns[index])}, ${problem}`,
    allowed:
      "patterns of which any two share no repository, or one lies within the other and is longer",
    ...longer(patterns, index),
  }));
  return [...cached, ...clashing];
}

/** A pattern that says the same of a repository, and of those below it, in more characters. */
function longer(patterns: readonly string[], index: number): { hint?: string } {
  const pattern = `${patterns[index] ?? ""}/**`;
  const mended = patterns.with(index, pattern);
  const helps = !pattern.endsWith("**/**") && !ruleClashes(mended).some((c) => c.index === index);
  return helps ? { hint: `write ${pattern}, which is longer` } : {};
}

function movingProblems(moving: readonly string[], rawZot: unknown): Problem[] {
  const { version } = zotSchema.shape;
  const read = z.object({ version: version.catch("") }).safeParse(rawZot ?? {}).data;
  if (moving.length === 0 || read === undefined || read.version === "") return [];
  if (supports(read.version, "policyConditions")) return [];
  return [
    {
      path: pathText(["access", "moving"]),
      found: `${found(moving)} with Zot ${read.version}`,
      allowed: `nothing: ${unsupportedMessage(read.version, "policyConditions")}`,
      hint: `set ${pathText(["zot", "version"])} to ${neededVersion("policyConditions")} or newer, or leave this out`,
    },
  ];
}

function seedsInCaches(raw: unknown, upstreams: readonly string[]): Problem[] {
  const seeds = z.array(z.object({ image: z.string().catch("") })).safeParse(raw ?? []).data ?? [];
  return seeds.flatMap(({ image }, index): Problem[] => {
    const name = upstreams.find((each) => image === each || image.startsWith(`${each}/`));
    if (name === undefined) return [];
    return [
      {
        path: pathText(["seeds", index, "image"]),
        found: `${found(image)}, which lies in the cache of ${name}`,
        allowed: `a repository outside of ${listed(upstreams)}`,
      },
    ];
  });
}
