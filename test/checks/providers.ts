import type { RequestListener, ServerResponse } from "node:http";
import type { DeclaredOidc } from "../../src/checks/expectations";
import { useFakes } from "../support/fakeRegistry";
import { skipWithout } from "../support/skip";
import { makeCertificate, type TestCertificate } from "./certificates";

export type Answers = Record<string, unknown>;

export const json = (response: ServerResponse, body: unknown) => {
  response.setHeader("content-type", "application/json").end(JSON.stringify(body));
};

/** Answers paths as told, 404 elsewhere. */
export const answering =
  (answers: (host: string) => Answers): RequestListener =>
  (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const all = answers(`https://${request.headers.host ?? ""}`);
    if (Object.hasOwn(all, path)) json(response, all[path]);
    else response.writeHead(404).end();
  };

/** A discovery document that Zot can use. */
export const document = (issuer: string): Answers => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/me`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ["code"],
  scopes_supported: ["openid", "email"],
  id_token_signing_alg_values_supported: ["RS256"],
});

/** Registries and providers that answer as a test tells them; call it inside `describe`. */
export function useProviders() {
  const fakes = useFakes();
  let tls: TestCertificate;
  before(function () {
    skipWithout("openssl", this);
    tls = makeCertificate();
  });
  return {
    server: (answer: RequestListener) => fakes.server(answer),
    provider: (answer: RequestListener) => fakes.server(answer, tls),
    /** A registry that answers so to whoever wants to sign in. */
    registry: (headers: Record<string, string> = {}, status = 200) =>
      fakes.server((request, response) => {
        if (request.url?.startsWith("/zot/") === true) response.writeHead(status, headers).end();
        else response.end();
      }),
    declared: (issuer: string, change: Partial<DeclaredOidc> = {}): DeclaredOidc => ({
      issuer,
      clientId: "zot",
      callback: "https://oci.x.test/zot/auth/callback/oidc",
      scopes: ["openid", "email"],
      ca: tls.cert,
      reachable: true,
      ...change,
    }),
  };
}
