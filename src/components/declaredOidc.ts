import type { Input } from "@pulumi/pulumi";
import type { DeclaredOidc } from "../checks/expectations";
import { callbackOf } from "../zot/oidc";
import type { DeploymentConfig } from "./deploymentConfig";
import { externalUrl } from "./registryConfig";

type OidcToVerify = Omit<DeclaredOidc, "clientSecret"> & { clientSecret?: Input<string> };

/** What is asked of the way people sign in, the client's secret included; undefined where there is none. */
export function declaredOidc(
  { oidc, oidcClientSecret }: Pick<DeploymentConfig, "oidc" | "oidcClientSecret">,
  host: string,
): OidcToVerify | undefined {
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
