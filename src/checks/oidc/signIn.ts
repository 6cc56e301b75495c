import { randomBytes } from "node:crypto";
import type { RawAnswer } from "../../registry/client";
import { askProvider, discover, errorNamed } from "../../facts/provider";
import { signInPath } from "../../zot/oidc";
import type { Check, CheckContext, Finding } from "../check";
import type { DeclaredOidc } from "../expectations";
import { failed, late, passed, skipped } from "../outcomes";
import { whereDeclared, whereReachable } from "./provider";

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

/** A provider answers them to a client that it knows, at a callback that it knows (OpenID Connect Core 1.0, 3.1.2.6). */
const wouldAsk = /^(?:login|interaction|consent|account_selection)_required$/;

export const clientKnown: Check = {
  code: "ZF604",
  title: "the provider knows the client and its callback",
  hint: "Register the callback at the provider, to the letter, for the client that zot-fleet:oidc.clientId names.",
  why: "It is asked to sign somebody in without a question (prompt=none). It sends such a request back to a callback that it knows, and to no other.",
  lag: 10_000,
  run: whereReachable(async (context, oidc) => {
    const sent = target(await askSignIn(context));
    if (sent === undefined) return skipped("the registry does not lead to it: see ZF603");
    return clientFound(sent, oidc);
  }),
};

/** What the provider says to a request to sign somebody in. */
export async function clientFound(request: URL, oidc: DeclaredOidc): Promise<Finding> {
  const silent = new URL(request);
  silent.searchParams.set("prompt", "none");
  const finding = judged(await askProvider(silent.href, oidc, { method: "GET" }), oidc);
  return finding.status === "failed" ? { ...finding, hint: hintFor(oidc) } : finding;
}

function judged(answer: RawAnswer, oidc: DeclaredOidc): Finding {
  const { status } = answer;
  if (status >= 500) return late(`it answers ${status}`);
  if (status >= 400) {
    const named = errorNamed(answer);
    return failed(
      `it answers ${status}${named === undefined ? "" : ` ${named}`} to ${oidc.clientId} with the callback ${oidc.callback}`,
    );
  }
  const back = target(answer);
  if (back === undefined || addressOf(back) !== oidc.callback) {
    const what = back === undefined ? `answers ${status}` : `goes on to ${addressOf(back)}`;
    return skipped(`it ${what} where it was not to ask anybody: it cannot be told`);
  }
  const error = back.searchParams.get("error") ?? "";
  if (wouldAsk.test(error)) return passed(`${oidc.clientId}, back to ${oidc.callback}: ${error}`);
  return failed(`it sends ${oidc.clientId} back with ${errorWords(error)}`);
}

/** What a provider writes is shown where it is one of the protocol's words. */
const errorWords = (error: string) =>
  /^[a-z_]{1,60}$/.test(error) ? `the error ${error}` : "no error that OpenID Connect knows";

const hintFor = ({ clientId, callback, scopes }: DeclaredOidc) =>
  `Register ${callback} at the provider, to the letter, as the callback of ${clientId}, and allow it the scopes ${scopes.join(", ")}.`;

export const clientSecretTaken: Check = {
  code: "ZF605",
  title: "the provider takes the client's secret",
  hint: "Set it again, as it stands at the provider: pulumi config set --secret oidcClientSecret.",
  why: "A code that was never given out is offered with the secret. The provider refuses the code where the secret is right (invalid_grant), and the client where it is not (invalid_client).",
  lag: 10_000,
  run: whereReachable((_context, oidc) => secretFound(oidc)),
};

/** What the provider says to the secret. */
export async function secretFound(oidc: DeclaredOidc): Promise<Finding> {
  const { clientId, clientSecret } = oidc;
  if (clientSecret === undefined) return skipped("the secret is not known here");
  const found = await discover(oidc);
  const endpoint = "document" in found ? found.document.token_endpoint : undefined;
  if (endpoint === undefined) return skipped("the provider names no token endpoint: see ZF601");
  const basic = await offered(endpoint, oidc, inHeader(clientId, clientSecret));
  // Zot tries both, too (golang.org/x/oauth2, AuthStyleAutoDetect).
  return basic.status === "failed"
    ? offered(endpoint, oidc, inBody(clientId, clientSecret))
    : basic;
}

interface Proof {
  headers: Record<string, string>;
  form: Record<string, string>;
}

/** Both parts are written as in a form first (RFC 6749, 2.3.1). */
function inHeader(id: string, secret: string): Proof {
  const pair = [id, secret].map((part) => new URLSearchParams({ "": part }).toString().slice(1));
  const value = Buffer.from(pair.join(":")).toString("base64");
  return { headers: { authorization: `Basic ${value}` }, form: {} };
}

const inBody = (id: string, secret: string): Proof => ({
  headers: {},
  form: { client_id: id, client_secret: secret },
});

async function offered(url: string, oidc: DeclaredOidc, proof: Proof): Promise<Finding> {
  const code = randomBytes(16).toString("hex");
  const form = { grant_type: "authorization_code", code, redirect_uri: oidc.callback };
  const answer = await askProvider(url, oidc, {
    method: "POST",
    headers: { ...proof.headers, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...form, ...proof.form }).toString(),
  });
  const named = errorNamed(answer);
  if (named === "invalid_grant") return passed(`${oidc.clientId}: invalid_grant, as it should be`);
  const words = `it answers ${answer.status}${named === undefined ? "" : ` ${named}`} to ${oidc.clientId}`;
  return answer.status >= 500 || answer.status === 429 ? late(words) : failed(words);
}

/** Asks the registry to sign somebody in, which it answers with a redirect to the provider. Nothing comes of it. */
function askSignIn({ client }: Pick<CheckContext, "client">): Promise<RawAnswer> {
  return client().request({ method: "GET", path: signInPath, authenticate: false });
}

/** Where an answer sends to; undefined where it sends nowhere. */
function target({ status, headers }: RawAnswer): URL | undefined {
  const location = headers["location"] ?? "";
  return status >= 300 && status < 400 && URL.canParse(location) ? new URL(location) : undefined;
}

/** An address without its query, for people to read. */
const addressOf = ({ origin, pathname }: URL) => `${origin}${pathname}`;
