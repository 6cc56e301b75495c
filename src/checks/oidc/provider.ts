import { readClock } from "../../facts/clock";
import {
  askProvider,
  discover,
  discoveryUrl,
  readProviderKeys,
  type Discovery,
} from "../../facts/provider";
import { readApi } from "../../facts/reach";
import type { Check, CheckContext, Finding } from "../check";
import type { DeclaredOidc } from "../expectations";
import { failed, late, nothingDeclared, passed, skipped, warning } from "../outcomes";

type Look = (context: CheckContext, oidc: DeclaredOidc) => Promise<Finding | Finding[]>;

/** A look at the way people sign in, where there is one. */
export function whereDeclared(look: Look): Check["run"] {
  return (context) =>
    context.oidc === undefined
      ? Promise.resolve(nothingDeclared("no identity provider is declared"))
      : look(context, context.oidc);
}

/** A look at the provider itself, where it may be asked from here. */
export function whereReachable(look: Look): Check["run"] {
  return whereDeclared((context, oidc) =>
    oidc.reachable
      ? look(context, oidc)
      : Promise.resolve(skipped("zot-fleet:oidc.checkIssuer is false: it is not asked from here")),
  );
}

export const issuerUsable: Check = {
  code: "ZF601",
  title: "the identity provider is one that Zot can use",
  hint: "Compare zot-fleet:oidc.issuer with the discovery document, to the letter: Zot ends at its start where they differ, and where the provider does not answer.",
  why: "Zot reads the discovery document each time that it starts, and does not start without it: a pod that is replaced while the provider is away stays down. At authentik the issuer ends with a slash, and a provider without a signing key signs with HS256, which Zot refuses at the end of every sign-in.",
  lag: 20_000,
  run: whereReachable((_context, oidc) => issuerFound(oidc)),
};

/** The same look apart from a registry. */
export async function issuerFound(
  oidc: Pick<DeclaredOidc, "issuer" | "ca" | "scopes">,
): Promise<Finding> {
  const found = await discover(oidc);
  if ("problem" in found) return (found.status >= 500 ? late : failed)(found.problem);
  const { document } = found;
  const problems = discoveryProblems(document, oidc);
  const keys = problems.length > 0 ? undefined : await keyProblem(document, oidc);
  const all = [...problems, ...(keys === undefined ? [] : [keys])];
  if (all.length > 0) return failed(`${discoveryUrl(oidc.issuer)}: ${all.join("; ")}`);
  const unlisted = unlistedScopes(document, oidc);
  if (unlisted.length === 0) return passed(document.issuer);
  const hint =
    "Ask the provider for scopes that it has, or give it these: one that it does not know is left out, or ends the sign-in.";
  return {
    ...warning(`${document.issuer} does not list the scope ${unlisted.join(", ")}`),
    hint,
  };
}

/** What Zot lets a token be from the future (pkg/api/authn.go, issuedAtOffset). */
const allowedMs = 5000;
/** `Date` has whole seconds (RFC 9110, 6.6.1). */
const roundingMs = 1000;

export const issuerClock: Check = {
  code: "ZF602",
  title: "the identity provider's clock agrees with the registry's",
  hint: "Is the time synchronised (NTP) at the provider, and on the registry's node? Zot refuses tokens that are more than 5 s from its future.",
  run: whereReachable(async ({ client }, oidc) => {
    const registry = await readClock(() => readApi(client()));
    const provider = await readClock(() =>
      askProvider(discoveryUrl(oidc.issuer), oidc, { method: "GET" }),
    );
    if (registry === undefined || provider === undefined)
      return skipped(`${registry === undefined ? "the registry's" : "its"} answers carry no Date`);
    const aheadMs = provider.aheadMs - registry.aheadMs;
    const words = `${Math.abs(aheadMs / 1000).toFixed(1)} s ${aheadMs < 0 ? "behind" : "ahead of"} the registry's`;
    // Where an answer took long, nobody knows when in that time the clock was read.
    const uncertainMs = (provider.travelMs + registry.travelMs) / 2 + roundingMs;
    return aheadMs - uncertainMs > allowedMs ? failed(`${words}; 5 s are allowed`) : passed(words);
  }),
};

/** What Zot takes for the signature of a token (github.com/zitadel/oidc, pkg/oidc/verifier.go). */
const algorithms = ["RS256", "ES256", "PS256"];

const endpoints = [
  "authorization_endpoint",
  "token_endpoint",
  "userinfo_endpoint",
  "jwks_uri",
] as const;

/** What Zot would stumble over in a discovery document. */
function discoveryProblems(
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
function unlistedScopes(
  { scopes_supported: listed }: Discovery,
  { scopes }: Pick<DeclaredOidc, "scopes">,
): string[] {
  return listed === undefined ? [] : scopes.filter((scope) => !listed.includes(scope));
}

/** What is wrong with the provider's keys, without which no token can be verified. */
async function keyProblem(
  { jwks_uri: url }: Discovery,
  oidc: Pick<DeclaredOidc, "ca">,
): Promise<string | undefined> {
  if (url === undefined) return undefined;
  const { status, keys } = await readProviderKeys(url, oidc);
  if (status !== 200) return `its keys, ${url}, answer ${status}`;
  const usable = keys.filter(
    ({ use = "sig", alg = "RS256" }) => use === "sig" && algorithms.includes(alg),
  );
  return usable.length > 0
    ? undefined
    : `its keys, ${url}, hold none that signs with ${algorithms.join(", ")}`;
}
