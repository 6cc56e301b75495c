import { z } from "zod";
import { oidcDefaults, type OidcSettings } from "../zot/oidc";
import { certificates } from "./endpoint";
import { allowedText, secrets, textLike } from "./rules";

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
  })
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
  })
  .describe("The identity provider that people sign in at (OpenID Connect).");

function issuerHint(text: string): string | undefined {
  if (text.startsWith("http://"))
    return "passwords and tokens pass through it: a provider without TLS is no provider";
  const at = text.indexOf(discoveryPath);
  if (at >= 0) return `leave off ${text.slice(at)}: Zot adds it`;
  if (text.trim() !== text) return "there is white space around it";
  return text.includes("@") ? "no credentials belong into it" : undefined;
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

export type OidcConfig = z.output<typeof oidcSchema>;

/** The same, for src/zot. */
export function oidcSettings({ checkIssuer: _, ...settings }: OidcConfig): OidcSettings {
  return settings;
}
