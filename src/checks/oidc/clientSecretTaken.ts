import { randomBytes } from "node:crypto";
import type { Check, DeclaredOidc, Finding } from "../check";
import { failed, late, passed, skipped } from "../outcomes";
import { discover } from "./discovery";
import { askProvider, errorNamed } from "./provider";
import { whereReachable } from "./whereReachable";

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
