import type { Check, DeclaredOidc, Finding } from "../check";
import { failed, late, passed, warning } from "../outcomes";
import { discover, discoveryProblems, discoveryUrl, keyProblem, unlistedScopes } from "./discovery";
import { whereReachable } from "./whereReachable";

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
