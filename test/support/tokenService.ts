import { createPrivateKey, randomUUID, sign, X509Certificate } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";

export const service = "test-registry";
export const issuer = "test-issuer";

export interface TokenServiceOptions {
  key: string;
  cert: string;
  /** Who gets tokens; everybody else gets a 401. */
  username: string;
  password: string;
  /** Seconds that a token is good for. */
  seconds: number;
}

/**
 * A token service as real registries believe it: tokens for whatever scope is asked, signed with ES256, the certificate
 * inside (distribution, "Token Authentication Implementation").
 */
export function tokenService(options: TokenServiceOptions): RequestListener {
  const { username, password } = options;
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return (request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401).end('{"errors":[{"code":"UNAUTHORIZED","message":"who are you?"}]}');
      return;
    }
    const token = signedToken(options, accessOf(request));
    response.end(JSON.stringify({ token, expires_in: options.seconds }));
  };
}

function accessOf(request: IncomingMessage): { type: string; name: string; actions: string[] }[] {
  const scopes = new URL(request.url ?? "", "http://localhost").searchParams.getAll("scope");
  return scopes.map((scope) => {
    const [type = "", name = "", actions = ""] = scope.split(":");
    return { type, name, actions: actions.split(",") };
  });
}

function signedToken(
  { key, cert, username, seconds }: TokenServiceOptions,
  access: object,
): string {
  const now = Math.floor(Date.now() / 1000);
  const header = {
    typ: "JWT",
    alg: "ES256",
    x5c: [new X509Certificate(cert).raw.toString("base64")],
  };
  const claims = {
    ...{ iss: issuer, sub: username, aud: service, jti: randomUUID() },
    ...{ iat: now, nbf: now - 10, exp: now + seconds },
    access,
  };
  const text = [header, claims].map((part) => base64url(JSON.stringify(part))).join(".");
  // JWS wants the two numbers of the signature side by side (RFC 7518, 3.4), OpenSSL would wrap them in ASN.1.
  const signature = sign("sha256", Buffer.from(text), {
    key: createPrivateKey(key),
    dsaEncoding: "ieee-p1363",
  });
  return `${text}.${signature.toString("base64url")}`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
