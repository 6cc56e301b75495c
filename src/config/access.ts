import { z } from "zod";
import { allowed as allowedIn, isTag } from "../images/reference";
import { tiers, whats, type AccessSettings, type Member, type Who } from "../zot/accessSettings";
import { globPattern, globRule, isGlob } from "../zot/glob";
import { nearest } from "./nearest";
import { allowedText, textThat } from "./rules";

const named = "(?:user:[^\\s:#][^:\\p{Cc}]*|group:[^\\p{Cc}]+)";
const memberPattern = new RegExp(`^${named}$`, "u");
const whoPattern = new RegExp(`^(?:anonymous|signed-in|ci|puller|${named})$`, "u");
const roleNames = ["admin", "ci", "puller"] as const;

const isMember = (text: string): text is Member => memberPattern.test(text);
const isWho = (text: string): text is Who => whoPattern.test(text);

/** A machine account's name changes with every rotation. */
const generation = /^user:(ci|puller)-\d+$/;

const member = (pattern: RegExp, words: readonly string[], allowed: string) =>
  z
    .string()
    .regex(pattern)
    .superRefine((text, context) => {
      const role = generation.exec(text)?.[1];
      const near = nearest(text, words);
      const hint =
        role !== undefined
          ? `the next rotation makes another account: write ${role === "ci" ? "ci" : "puller"}, which is every generation of it`
          : near === undefined
            ? undefined
            : `did you mean ${near}?`;
      if (role !== undefined || !pattern.test(text))
        context.addIssue({ code: "custom", params: hint === undefined ? {} : { hint } });
    })
    .register(allowedText, { allowed });

const who = member(
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
  })
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
  })
  .describe("What holds for some repositories.");

const members = () =>
  z
    .array(member(memberPattern, [], "user:NAME or group:NAME"))
    .register(allowedText, { allowed: "a list of user:NAME and group:NAME" })
    .default([]);

/** Who may do what. */
export const accessSchema = z
  .strictObject({
    tier: tier()
      .default("private")
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
      })
      .prefault({})
      .describe("Who has a role besides the accounts that are made for it, such as a group."),
    rules: z
      .array(ruleSchema)
      .register(allowedText, {
        allowed: "a list of objects, each with repositories, tier and allow",
      })
      .default([])
      .describe("What holds for some repositories; rules add up, from the widest pattern in."),
  })
  .describe("Who may do what.");

export type AccessConfig = z.output<typeof accessSchema>;

/** The same, for src/zot: the texts are what their rules say. */
export function accessSettings(config: AccessConfig): AccessSettings {
  const grants = (list: AccessConfig["allow"]) =>
    list.map(({ who, what }) => ({ who: who.filter(isWho), what }));
  const { roles } = config;
  return {
    ...config,
    allow: grants(config.allow),
    rules: config.rules.map((rule) => ({ ...rule, allow: grants(rule.allow) })),
    roles: Object.fromEntries(roleNames.map((role) => [role, roles[role].filter(isMember)])),
  };
}
