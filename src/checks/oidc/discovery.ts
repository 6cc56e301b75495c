import { z } from "zod";
import type { DeclaredOidc } from "../check";
import { askProvider, jsonOf } from "./provider";

const texts = z.array(z.string()).optional();

/** What Zot reads of a discovery document (OpenID Connect Discovery 1.0, 3), and what tells whether it will do. */
const discoverySchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string().optional(),
  token_endpoint: z.string().optional(),
  userinfo_endpoint: z.string().optional(),
  jwks_uri: z.string().optional(),
  response_types_supported: texts,
  scopes_supported: texts,
  id_token_signing_alg_values_supported: texts,
});

export type Discovery = z.output<typeof discoverySchema>;

const keysSchema = z.looseObject({
  keys: z.array(z.looseObject({ use: z.string().optional(), alg: z.string().optional() })),
});

/** What Zot takes for the signature of a token (github.com/zitadel/oidc, pkg/oidc/verifier.go). */
const algorithms = ["RS256", "ES256", "PS256"];

const endpoints = [
  "authorization_endpoint",
  "token_endpoint",
  "userinfo_endpoint",
  "jwks_uri",
] as const;

/** Where a provider's discovery document is: with one slash, however the issuer ends. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}

/** The discovery document, or what there is in its place, in words. */
export async function discover(
  oidc: Pick<DeclaredOidc, "issuer" | "ca">,
): Promise<{ document: Discovery } | { problem: string; status: number }> {
  const url = discoveryUrl(oidc.issuer);
  const answer = await askProvider(url, oidc, {
    method: "GET",
    headers: { accept: "application/json" },
  });
  const { status } = answer;
  if (status !== 200) return { status, problem: `${url} answers ${status}` };
  const { data } = discoverySchema.safeParse(jsonOf(answer));
  return data === undefined
    ? { status, problem: `${url} is no discovery document: JSON with an issuer` }
    : { document: data };
}

/** What Zot would stumble over in a discovery document. */
export function discoveryProblems(
  document: Discovery,
  { issuer }: Pick<DeclaredOidc, "issuer">,
): string[] {
  const types = document.response_types_supported ?? ["code"];
  const signed = document.id_token_signing_alg_values_supported ?? algorithms;
  return [
    ...(document.issuer === issuer ? [] : [otherIssuer(document.issuer, issuer)]),
    ...endpoints.flatMap((key) => {
      const url = document[key];
      if (url === undefined) return [`it names no ${key}`];
      return URL.canParse(url) && new URL(url).protocol === "https:"
        ? []
        : [`its ${key} is ${JSON.stringify(url)}, which is not https`];
    }),
    ...(types.includes("code") ? [] : ["it does not know the response type code"]),
    ...(signed.some((each) => algorithms.includes(each))
      ? []
      : [
          `it signs with ${signed.join(", ") || "nothing"}, of which Zot takes none: it takes ${algorithms.join(", ")}`,
        ]),
  ];
}

function otherIssuer(named: string, declared: string): string {
  const slash = named.replace(/\/$/, "") === declared.replace(/\/$/, "");
  const why = slash ? ", which differs by the slash at its end" : "";
  return `it calls itself ${JSON.stringify(named)}, and ${JSON.stringify(declared)} is declared${why}`;
}

/** Scopes that are asked for and that the provider does not list; it need not list all. */
export function unlistedScopes(
  { scopes_supported: listed }: Discovery,
  { scopes }: Pick<DeclaredOidc, "scopes">,
): string[] {
  return listed === undefined ? [] : scopes.filter((scope) => !listed.includes(scope));
}

/** What is wrong with the provider's keys, without which no token can be verified. */
export async function keyProblem(
  { jwks_uri: url }: Discovery,
  oidc: Pick<DeclaredOidc, "ca">,
): Promise<string | undefined> {
  if (url === undefined) return undefined;
  const answer = await askProvider(url, oidc, { method: "GET" });
  if (answer.status !== 200) return `its keys, ${url}, answer ${answer.status}`;
  const { data } = keysSchema.safeParse(jsonOf(answer));
  const usable = (data?.keys ?? []).filter(
    ({ use = "sig", alg = "RS256" }) => use === "sig" && algorithms.includes(alg),
  );
  return usable.length > 0
    ? undefined
    : `its keys, ${url}, hold none that signs with ${algorithms.join(", ")}`;
}
