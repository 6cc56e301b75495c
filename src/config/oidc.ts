import { z } from "zod";
import type { AccessSettings, Member, Who } from "../zot/accessSettings";
import { callbackOf, oidcDefaults, type OidcSettings } from "../zot/oidc";
import { neededVersion, supports, unsupportedMessage } from "../zot/versions";
import { accessSchema } from "./access";
import { registryHost } from "./cluster";
import { certificates } from "./endpoint";
import type { Problem } from "./problem";
import { allowedText, secrets, textLike, type Schemas } from "./rules";
import { found, pathText } from "./words";
import { zotSchema } from "./zot";

const issuerPattern = /^https:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/;
const discoveryPath = "/.well-known/openid-configuration";
const standardClaims = ["email", "preferred_username", "sub", "name"] as const;

const claim = (standard: readonly string[], allowed: string) =>
  z
    .string()
    .regex(/^(?:[A-Za-z_][\w-]*|https?:\/\/\S+)$/)
    .superRefine((text, context) => {
      const hint = claimHint(text, standard);
      if (hint !== undefined) context.addIssue({ code: "custom", params: { hint } });
    })
    .register(allowedText, { allowed });

/** Zot looks for a claim by its very name, so that a slip of the pen is a claim that nobody has. */
function claimHint(text: string, standard: readonly string[]): string | undefined {
  const letters = (word: string) => word.toLowerCase().replaceAll(/[-_ ]/g, "");
  const meant = standard.find((each) => letters(each) === letters(text));
  if (meant !== undefined) return meant === text ? undefined : `did you mean ${meant}?`;
  return /^[\w-]+\./.test(text)
    ? "Zot looks for claims at the top, not within others: let the provider tell it there"
    : undefined;
}

const claimsSchema = z
  .strictObject({
    username: claim(
      standardClaims,
      `the name of a claim: ${standardClaims.join(", ")}, or one of the provider's own`,
    )
      .default(oidcDefaults.claims.username)
      .describe(
        "The claim that says who somebody is. A person whom the provider calls admin, fleet or ci-1 by it has that account's rights: do not let people choose its value. Where a person has none, Zot takes email.",
      ),
    groups: claim(["groups"], "the name of a claim, such as groups")
      .default(oidcDefaults.claims.groups)
      .describe(
        "The claim that lists a person's groups. Another one than groups needs Zot 2.1.17.",
      ),
  } satisfies Schemas<OidcSettings["claims"]>)
  .describe("Where a person's name and groups are in what the provider tells.");

/** The identity provider that people sign in at. */
export const oidcSchema = z
  .strictObject({
    issuer: z
      .string()
      .regex(issuerPattern)
      .superRefine((text, context) => {
        const hint = issuerHint(text);
        if (hint !== undefined) context.addIssue({ code: "custom", params: { hint } });
      })
      .register(allowedText, {
        allowed: "https://host[:port][/path], to the letter as the provider calls itself",
      })
      .describe(
        "The provider, as it calls itself in its discovery document: to the letter, a slash at the end included, or Zot does not start.",
      ),
    clientId: textLike("the client's ID at the provider, without white space", /^\S+$/).describe(
      "What the provider calls this registry. Its secret stands in oidcClientSecret.",
    ),
    name: textLike("a name of 1 to 60 characters, on one line", /^\S(?:[^\p{Cc}]{0,58}\S)?$/u)
      .default(oidcDefaults.name)
      .describe("What stands on the button that leads to the provider."),
    scopes: z
      .array(textLike("a scope, without white space", /^[!#-[\]-~]+$/))
      .refine((all) => all.includes("openid") && new Set(all).size === all.length)
      .register(allowedText, { allowed: "a list of scopes, each once, openid among them" })
      .default([...oidcDefaults.scopes])
      .describe(
        "What the provider is asked to tell of a person. Groups are in profile at authentik; others want a scope groups.",
      ),
    claims: claimsSchema.prefault({}),
    ca: certificates()
      .optional()
      .describe(
        "Certificates to trust the provider's by, besides the public ones, in PEM. Zot trusts them, too.",
      ),
    ui: z
      .boolean()
      .default(true)
      .describe(
        "Whether Zot's web pages are there, on which people make API keys. They tell strangers Zot's release, and how to sign in.",
      ),
    checkIssuer: z
      .boolean()
      .default(true)
      .describe(
        "Whether the deployment asks the provider from where it runs, before anything is changed. Set it to false where only the cluster reaches the provider.",
      ),
  } satisfies Schemas<OidcSettings & { checkIssuer: boolean }>)
  .describe("The identity provider that people sign in at (OpenID Connect).");

function issuerHint(text: string): string | undefined {
  if (text.startsWith("http://"))
    return "passwords and tokens pass through it: a provider without TLS is no provider";
  const at = text.indexOf(discoveryPath);
  if (at >= 0) return `leave off ${text.slice(at)}: Zot adds it`;
  if (text.trim() !== text) return "there is white space around it";
  return /^\w+:\/\/[^/]*@/.test(text) ? "no credentials belong into it" : undefined;
}

/** The client's secret at the provider. Secret. */
export const oidcClientSecretSchema = z
  .string()
  .min(1)
  .refine((text) => text.trim() === text)
  .register(allowedText, {
    allowed: "the client's secret at the provider, without white space around it",
  })
  .register(secrets, { secret: true })
  .describe(
    "The secret of the client that oidc.clientId names. Set it with `pulumi config set --secret oidcClientSecret`.",
  );

/** What is wrong between the identity provider, its secret, who may do what and Zot's version; looks at raw values. */
export function oidcProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { data } = oidcSchema.safeParse(raw["oidc"]);
  return [
    ...secretProblems(raw),
    ...(data === undefined ? [] : claimProblems(data, raw["zot"])),
    ...(data === undefined ? [] : rightsProblems(raw["access"])),
  ];
}

function secretProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const path = pathText(["oidcClientSecret"]);
  const [oidc, secret] = [raw["oidc"], raw["oidcClientSecret"]];
  if ((oidc === undefined) === (secret === undefined)) return [];
  return oidc === undefined
    ? [{ path, found: "a secret that nobody needs", allowed: "nothing: there is no oidc" }]
    : [
        {
          path,
          found: "nothing",
          allowed: `the client's secret at the provider, where ${callbackIn(raw["cluster"])} is the client's callback`,
          hint: "set it with: pulumi config set --secret oidcClientSecret",
        },
      ];
}

function callbackIn(rawCluster: unknown): string {
  const { data } = z.object({ domain: z.string() }).safeParse(rawCluster);
  return callbackOf(`https://${registryHost({ domain: data?.domain ?? "<domain>" })}`);
}

function claimProblems({ claims }: OidcSettings, rawZot: unknown): Problem[] {
  const { version } = zotSchema.shape;
  const read = z.object({ version: version.catch("") }).safeParse(rawZot ?? {}).data;
  if (claims.groups === oidcDefaults.claims.groups) return [];
  if (read === undefined || read.version === "" || supports(read.version, "groupsClaim")) return [];
  return [
    {
      path: pathText(["oidc", "claims", "groups"]),
      found: `${found(claims.groups)} with Zot ${read.version}`,
      allowed: `${found(oidcDefaults.claims.groups)}: ${unsupportedMessage(read.version, "groupsClaim")}`,
      hint: `set ${pathText(["zot", "version"])} to ${neededVersion("groupsClaim")} or newer, or let the provider tell groups in the claim groups`,
    },
  ];
}

/** People who sign in and may do nothing are an oversight, which nobody would hear of but by them. */
function rightsProblems(rawAccess: unknown): Problem[] {
  const { data } = accessSchema.safeParse(rawAccess ?? {});
  if (data === undefined || reachesPeople(data)) return [];
  return [
    {
      path: pathText(["access"]),
      found: "nothing that whoever signs in may do",
      allowed: "with oidc, a right for group:NAME, user:NAME or signed-in, or tier: read-public",
      hint: 'name the provider\'s groups, such as roles: { ci: ["group:builders"], puller: ["group:staff"] }',
    },
  ];
}

function reachesPeople({ tier, allow = [], rules = [], roles = {} }: AccessSettings): boolean {
  const given = [...allow, ...rules.flatMap((rule) => rule.allow ?? [])];
  const named: (Who | Member)[] = [
    ...given.flatMap(({ who }) => who),
    ...Object.values(roles).flat(),
  ];
  const open = [tier, ...rules.map((rule) => rule.tier)].includes("read-public");
  return open || named.some((who) => /^(?:user:|group:|signed-in$|anonymous$)/.test(who));
}
