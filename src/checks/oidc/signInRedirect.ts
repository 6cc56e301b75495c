import type { Check, DeclaredOidc } from "../check";
import { failed, late, passed } from "../outcomes";
import { signInPath } from "../../zot/oidc";
import { discover } from "./discovery";
import { addressOf, askSignIn, target } from "./signIn";
import { whereDeclared } from "./whereReachable";

export const signInRedirect: Check = {
  code: "ZF603",
  title: "signing in leads to the provider, with the right client, callback and scopes",
  hint: "Zot runs with another config than the declared one: did the rollout end, and does the route lead to this registry? Look at http.auth.openid and http.externalUrl in its config.",
  why: "Zot makes the callback of http.externalUrl, and of its own address where that is not set, which no browser reaches behind a gateway.",
  lag: 20_000,
  run: whereDeclared(async (context, oidc) => {
    const answer = await askSignIn(context);
    const sent = target(answer);
    if (sent === undefined) {
      return late(
        `${signInPath} answers ${answer.status}, and leads nowhere${answer.status === 404 ? ": this Zot knows no provider" : ""}`,
      );
    }
    const found = oidc.reachable ? await discover(oidc) : undefined;
    const endpoint =
      found !== undefined && "document" in found
        ? found.document.authorization_endpoint
        : undefined;
    const wrong = [...otherPlace(sent, endpoint), ...otherRequest(sent.searchParams, oidc)];
    if (wrong.length > 0) return failed(wrong.join("; "));
    const unsure = endpoint === undefined ? " (the provider did not say where to)" : "";
    return passed(
      `to ${addressOf(sent)}${unsure} as ${oidc.clientId}, and back to ${oidc.callback}`,
    );
  }),
};

function otherPlace(sent: URL, endpoint: string | undefined): string[] {
  if (endpoint === undefined || addressOf(sent) === addressOf(new URL(endpoint))) return [];
  return [`it leads to ${addressOf(sent)}, not to ${endpoint}`];
}

function otherRequest(query: URLSearchParams, oidc: DeclaredOidc): string[] {
  const scopes = (query.get("scope") ?? "").split(" ");
  const sorted = (list: readonly string[]) => [...list].sort().join(" ");
  const wanted = { client_id: oidc.clientId, redirect_uri: oidc.callback, response_type: "code" };
  return [
    ...Object.entries(wanted).flatMap(([key, value]) => {
      const found = query.get(key);
      return found === value ? [] : [`its ${key} is ${found ?? "not there"}, not ${value}`];
    }),
    ...(sorted(scopes) === sorted(oidc.scopes)
      ? []
      : [`its scope is ${scopes.join(" ")}, not ${oidc.scopes.join(" ")}`]),
    ...((query.get("state") ?? "") === "" ? ["it carries no state"] : []),
  ];
}
