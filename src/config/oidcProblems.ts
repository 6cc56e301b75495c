import { z } from "zod";
import { accessSettings, accessSchema } from "./access";
import { callbackOf, oidcDefaults } from "../zot/oidc";
import { neededVersion, supports, unsupportedMessage } from "../zot/versions";
import type { AccessSettings, Member, Who } from "../zot/accessSettings";
import { registryHost } from "./cluster";
import { oidcSchema, type OidcConfig } from "./oidc";
import type { Problem } from "./problem";
import { found, pathText } from "./words";
import { zotSchema } from "./zot";

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

function claimProblems({ claims }: OidcConfig, rawZot: unknown): Problem[] {
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
  if (data === undefined || reachesPeople(accessSettings(data))) return [];
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
