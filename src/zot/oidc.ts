import { zotPaths } from "./chartValues";

/** An identity provider that people sign in at. */
export interface OidcSettings {
  /** As the provider calls itself, to the letter: Zot does not start with another one. */
  readonly issuer: string;
  /** What the provider calls this registry. */
  readonly clientId: string;
  /** What stands on the button that leads there. */
  readonly name: string;
  /** What the provider is asked to tell of a person. `openid` is among them. */
  readonly scopes: readonly string[];
  /** Where in that a person's name and groups are. A groups claim that is not `groups` needs Zot 2.1.17. */
  readonly claims: { readonly username: string; readonly groups: string };
  /** Whether Zot's web pages are there, on which people make API keys. */
  readonly ui: boolean;
  /** Certificates in PEM that the provider's is to be trusted by, besides the public ones. @default none */
  readonly ca?: string | undefined;
}

/** Where Zot finds what it must not be told in its config, as its process sees the files. */
export interface OidcFiles {
  readonly credentials: string;
  readonly sessionKeys: string;
}

/** What Zot calls the provider: a part of the callback, and one of four names that it takes (pkg/api/config/config.go). */
const providerName = "oidc";

export const oidcDefaults = {
  name: "OpenID Connect",
  /** What every provider knows; groups are in `profile` at authentik. */
  scopes: ["openid", "profile", "email"],
  claims: { username: "email", groups: "groups" },
} as const;

/** The Secret's keys, and with them the files' names. Zot reads a file by the end of its name. */
export const oidcSecretKeys = {
  credentials: "oidc-credentials.json",
  sessionKeys: "session-keys.json",
} as const;

const mounted: OidcFiles = {
  credentials: `${zotPaths.secret}/${oidcSecretKeys.credentials}`,
  sessionKeys: `${zotPaths.secret}/${oidcSecretKeys.sessionKeys}`,
};

/** The path that sends a person to the provider. */
export const signInPath = `/zot/auth/login?provider=${providerName}`;

/** Where the provider sends people back to: it has to know this address beforehand. */
export function callbackOf(origin: string): string {
  return `${origin}/zot/auth/callback/${providerName}`;
}

/** What `http.auth` of Zot's config.json says of a provider. */
export interface OidcAuth {
  openid: {
    providers: {
      oidc: {
        name: string;
        issuer: string;
        credentialsFile: string;
        scopes: string[];
        claimMapping: { username: string; groups?: string };
      };
    };
  };
  /** Zot turns API keys on by itself where there is a provider (pkg/cli/server/root.go): here it is said. */
  apikey: true;
  sessionKeysFile: string;
  /** Zot sees http behind its gateway, and would let browsers send its cookies over that. */
  secureSession: true;
}

/** Signing in at a provider, as Zot is told of it. With a client's secret Zot sends no PKCE (pkg/api/authn.go). */
export function oidcAuth(oidc: OidcSettings, files: OidcFiles = mounted): OidcAuth {
  const { username, groups } = oidc.claims;
  const usual = groups === oidcDefaults.claims.groups;
  return {
    openid: {
      providers: {
        [providerName]: {
          name: oidc.name,
          issuer: oidc.issuer,
          credentialsFile: files.credentials,
          scopes: [...oidc.scopes],
          claimMapping: { username, ...(usual ? {} : { groups }) },
        },
      },
    },
    apikey: true,
    sessionKeysFile: files.sessionKeys,
    secureSession: true,
  };
}

/** The file of the client's credentials. */
export function oidcCredentials(clientId: string, clientSecret: string): string {
  return JSON.stringify({ clientid: clientId, clientsecret: clientSecret });
}
