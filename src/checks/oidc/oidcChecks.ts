import { randomUUID } from "node:crypto";
import { discover } from "../../facts/provider";
import type { Check, CheckResult, Finding } from "../check";
import type { DeclaredOidc } from "../expectations";
import { skipped, tell } from "../outcomes";
import { issuerClock, issuerFound, issuerUsable } from "./provider";
import { clientFound, clientKnown, clientSecretTaken, secretFound, signInRedirect } from "./signIn";

/** The checks of the way people sign in, from the provider to the registry. */
export const oidcChecks: readonly Check[] = [
  issuerUsable,
  issuerClock,
  signInRedirect,
  clientKnown,
  clientSecretTaken,
];

/** What can be told of a provider before there is a registry that leads to it, in the words of the checks. */
export async function lookAtProvider(oidc: DeclaredOidc): Promise<CheckResult[]> {
  if (!oidc.reachable) return [];
  const usable = await looked(issuerUsable, () => issuerFound(oidc));
  if (usable.some(({ status }) => status === "failed")) return usable;
  return [
    ...usable,
    ...(await looked(clientKnown, () => clientAsked(oidc))),
    ...(await looked(clientSecretTaken, () => secretFound(oidc))),
  ];
}

async function looked(check: Check, look: () => Promise<Finding>): Promise<CheckResult[]> {
  const { code, title } = check;
  const findings = await tell(look);
  return findings.map(({ mayLag: _, hint = check.hint, ...outcome }) => ({
    code,
    title,
    ...outcome,
    hint,
  }));
}

/** The request that Zot will send people to the provider with. */
async function clientAsked(oidc: DeclaredOidc): Promise<Finding> {
  const found = await discover(oidc);
  const endpoint = "document" in found ? found.document.authorization_endpoint : undefined;
  if (endpoint === undefined) return skipped("the provider names no authorization endpoint");
  const url = new URL(endpoint);
  const query = {
    client_id: oidc.clientId,
    redirect_uri: oidc.callback,
    response_type: "code",
    scope: oidc.scopes.join(" "),
    state: randomUUID(),
  };
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return clientFound(url, oidc);
}
