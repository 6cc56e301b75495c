import type { RawAnswer } from "../../registry/client";
import { signInPath } from "../../zot/oidc";
import type { CheckContext } from "../check";

/** Asks the registry to sign somebody in, which it answers with a redirect to the provider. Nothing comes of it. */
export function askSignIn({ client }: Pick<CheckContext, "client">): Promise<RawAnswer> {
  return client().request({ method: "GET", path: signInPath, authenticate: false });
}

/** Where an answer sends to; undefined where it sends nowhere. */
export function target({ status, headers }: RawAnswer): URL | undefined {
  const location = headers["location"] ?? "";
  return status >= 300 && status < 400 && URL.canParse(location) ? new URL(location) : undefined;
}

/** An address without its query, for people to read. */
export const addressOf = ({ origin, pathname }: URL) => `${origin}${pathname}`;
