import type { DeclaredOidc } from "../checks/expectations";
import type { StackConfig } from "../config/stack";
import { callbackOf } from "../zot/oidc";
import { externalUrl } from "./registryConfig";

/** What is asked of the way people sign in, the client's secret included; undefined where there is none. */
export function declaredOidc(
  { oidc, oidcClientSecret }: Pick<StackConfig, "oidc" | "oidcClientSecret">,
  host: string,
): DeclaredOidc | undefined {
  if (oidc === undefined) return undefined;
  const { issuer, clientId, scopes, ca, checkIssuer } = oidc;
  return {
    issuer,
    clientId,
    ...(oidcClientSecret === undefined ? {} : { clientSecret: oidcClientSecret }),
    callback: callbackOf(externalUrl(host)),
    scopes,
    ...(ca === undefined ? {} : { ca }),
    reachable: checkIssuer,
  };
}
