import assert from "node:assert/strict";
import { oidcProblems } from "../../src/config/oidc";
import { parseStackConfig, secretKeys } from "../../src/config/stack";
import { areTold, haveLimits, problemsOf, type Told } from "./told";
import { right } from "./wrongStacks";

const provider = { issuer: "https://id.test", clientId: "zot" };
/** Somebody signs in, and nothing is wrong with it. */
const signIn = {
  oidc: provider,
  oidcClientSecret: "canary",
  access: { roles: { ci: ["group:builders"] } },
};
const oidc = (change: object) => ({ ...signIn, oidc: { ...provider, ...change } });
const at = (key: string) => (value: unknown) => oidc({ [key]: value });
const claim = (key: string) => (value: unknown) => oidc({ claims: { [key]: value } });
const claims = ["email", "sub", "a-b_c", "_x", "https://x.test/roles", "http://x"];
const noClaims = ["", "1a", "a b", "a.b", "https://", "xhttps://x", "https://x y", "a%"];
const ca = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----";

describe("zot-fleet:oidc", () => {
  it("asks for the usual claims and scopes, shows web pages and looks at the issuer, where nothing is said", () => {
    assert.deepEqual(parseStackConfig({ ...right, ...signIn }).oidc, {
      ...provider,
      name: "OpenID Connect",
      scopes: ["openid", "profile", "email"],
      claims: { username: "email", groups: "groups" },
      ui: true,
      checkIssuer: true,
    });
  });

  const issuers = "https://host[:port][/path], to the letter as the provider calls itself";
  const usernames =
    "the name of a claim: email, preferred_username, sub, name, or one of the provider's own";
  haveLimits([
    [
      "oidc.issuer",
      at("issuer"),
      ["https://id.test", "https://id.test:8443/", "https://id.test/a/b@c/"],
      [
        "",
        "id.test",
        "http://id.test",
        "https://",
        "https://a@id.test",
        "https://id.test?x",
        "https://id.test/a?x",
        "https://id.test/#x",
        "https://id.test/a b",
        " https://id.test",
      ],
      issuers,
    ],
    [
      "oidc.clientId",
      at("clientId"),
      ["a", "a/b:c"],
      ["", "a b", " a", "a\n", undefined],
      "the client's ID at the provider, without white space",
    ],
    [
      "oidc.name",
      at("name"),
      ["a", "Our people", "a".repeat(60)],
      ["", " ", " a", "a ", "a\nb", "a".repeat(61)],
      "a name of 1 to 60 characters, on one line",
    ],
    [
      "oidc.scopes",
      at("scopes"),
      [["openid"], ["groups", "openid"]],
      [[], ["profile"], ["openid", "openid"], "openid"],
      "a list of scopes, each once, openid among them",
    ],
    [
      "oidc.scopes[1]",
      (scope) => oidc({ scopes: ["openid", scope] }),
      ["a", "!~#-[]", "https://x.test/groups"],
      ["", "a b", 'a"', "a\\", "é"],
      "a scope, without white space",
    ],
    ["oidc.claims.username", claim("username"), claims, [...noClaims, "E-mail"], usernames],
    [
      "oidc.claims.groups",
      claim("groups"),
      ["groups", ...claims],
      [...noClaims, "Groups"],
      "the name of a claim, such as groups",
    ],
    ["oidc.ca", at("ca"), [ca], ["ca.pem"], "certificates in PEM"],
    ["oidc.ui", at("ui"), [true, false], ["no"], "true or false"],
    ["oidc.checkIssuer", at("checkIssuer"), [true, false], ["no"], "true or false"],
  ]);

  const clear = "passwords and tokens pass through it: a provider without TLS is no provider";
  const discovery = "/.well-known/openid-configuration";
  const top = "Zot looks for claims at the top, not within others: let the provider tell it there";
  const hidden = "a secret value, which is not shown";
  const secretRule = "the client's secret at the provider, without white space around it";
  const hints: [key: string, value: string, hint: string | undefined][] = [
    ["issuer", "http://id.test", clear],
    ["issuer", `https://id.test/a${discovery}?x`, `leave off ${discovery}?x: Zot adds it`],
    ["issuer", " https://id.test", "there is white space around it"],
    ["issuer", "https://id.test ", "there is white space around it"],
    ["issuer", "id.test", undefined],
    ["claims.username", "Preferred-Username", "did you mean preferred_username?"],
    ["claims.username", "e mail", "did you mean email?"],
    ["claims.username", "user.name", top],
    ["claims.username", "a b.c", undefined],
    ["claims.groups", "GROUPS", "did you mean groups?"],
    ["claims.groups", "a-b.roles", top],
    ["claims.groups", "1", undefined],
  ];
  areTold([
    ...hints.map(([key, value, hint]): Told => [
      `"${value}" for ${key}`,
      key === "issuer" ? oidc({ issuer: value }) : claim(key.slice("claims.".length))(value),
      `oidc.${key}`,
      JSON.stringify(value),
      key === "issuer"
        ? issuers
        : key === "claims.groups"
          ? "the name of a claim, such as groups"
          : usernames,
      ...(hint === undefined ? ([] as const) : ([hint] as const)),
    ]),
    [
      "an issuer with a password, which is not repeated",
      oidc({ issuer: "https://a:b@id.test" }),
      "oidc.issuer",
      '"https://…@id.test"',
      issuers,
      "no credentials belong into it",
    ],
    [
      "a provider without the client's secret, and where its callback is",
      { ...signIn, oidcClientSecret: undefined },
      "oidcClientSecret",
      "nothing",
      "the client's secret at the provider, where https://oci.killinit.cc/zot/auth/callback/oidc is the client's callback",
      "set it with: pulumi config set --secret oidcClientSecret",
    ],
    [
      "a client's secret and no provider",
      { oidcClientSecret: "canary" },
      "oidcClientSecret",
      hidden,
      "nothing: there is no oidc",
    ],
    [
      "an empty client's secret",
      { ...signIn, oidcClientSecret: "" },
      "oidcClientSecret",
      hidden,
      secretRule,
    ],
    [
      "a client's secret with a space before it",
      { ...signIn, oidcClientSecret: " canary" },
      "oidcClientSecret",
      hidden,
      secretRule,
    ],
    [
      "another claim for groups, with a Zot that looks for groups alone",
      { ...oidc({ claims: { groups: "roles" } }), zot: { version: "2.1.16" } },
      "oidc.claims.groups",
      '"roles" with Zot 2.1.16',
      '"groups": Zot 2.1.16 does not know claimMapping.groups of an identity provider, and looks for the claim `groups`, which came with 2.1.17',
      "set zot-fleet:zot.version to 2.1.17 or newer, or let the provider tell groups in the claim groups",
    ],
  ]);

  const nobody = [
    { tier: "private" },
    { allow: [{ who: ["ci", "puller"], what: ["pull"] }] },
    { rules: [{ repositories: "web/**", tier: "private" }] },
  ];
  areTold(
    nobody.map((access) => [
      `people who sign in and may do nothing by ${JSON.stringify(access)}`,
      { ...signIn, access },
      "access",
      "nothing that whoever signs in may do",
      "with oidc, a right for group:NAME, user:NAME or signed-in, or tier: read-public",
      'name the provider\'s groups, such as roles: { ci: ["group:builders"], puller: ["group:staff"] }',
    ]),
  );

  const pull = (who: string) => [{ who: [who], what: ["pull"] }];
  const somebody: object[] = [
    { tier: "read-public" },
    { rules: [{ repositories: "web/**", tier: "read-public" }] },
    { rules: [{ repositories: "web/**", allow: pull("group:web") }] },
    { roles: { puller: ["group:staff"] } },
    { roles: { admin: ["user:ana"] } },
    ...["signed-in", "anonymous", "user:ana", "group:a"].map((who) => ({ allow: pull(who) })),
  ];
  for (const access of somebody)
    it(`takes people who may do something by ${JSON.stringify(access)}`, () => {
      assert.deepEqual(problemsOf({ ...signIn, access }), []);
    });

  it("takes an older Zot with the claim that it looks for, and another claim with a newer one", () => {
    assert.deepEqual(problemsOf({ ...signIn, zot: { version: "2.1.16" } }), []);
    const roles = oidc({ claims: { groups: "roles" } });
    assert.deepEqual(problemsOf({ ...roles, zot: { version: "2.1.17" } }), []);
  });

  it("is not judged beside what is wrong in itself", () => {
    const roles = { oidc: { ...provider, claims: { groups: "roles" } }, oidcClientSecret: "x" };
    for (const raw of [
      {},
      { ...signIn, oidc: 3 },
      { ...signIn, access: 3 },
      { ...signIn, ...roles, zot: 3 },
      { ...signIn, ...roles, zot: { version: "2" } },
    ])
      assert.deepEqual(oidcProblems(raw), [], JSON.stringify(raw));
    const [callback] = oidcProblems({ ...signIn, oidcClientSecret: undefined, cluster: 3 });
    assert.match(callback?.allowed ?? "", /where https:\/\/oci\.<domain>\/zot\/auth/);
    assert.ok(secretKeys.has("oidcClientSecret"));
  });
});
