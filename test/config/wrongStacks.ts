import { longestPassword } from "../../src/zot/htpasswd";

/** A stack file that nothing is wrong with, as raw values. */
export const right = {
  cluster: { name: "ottawa", context: "ottawa", domain: "killinit.cc" },
  seeds: [
    {
      image: "openclaw/openclaw",
      tags: ["3f2a91c", "latest"],
      archives: { "linux/amd64": "images/amd64.tar", "linux/arm64": "images/arm64.tar" },
    },
  ],
};

const [seed] = right.seeds;
const one = { "linux/amd64": "a.tar" };
const cluster = (change: object) => ({ ...right, cluster: { ...right.cluster, ...change } });
const seeds = (...list: unknown[]) => ({ ...right, seeds: list });
const seedWith = (change: object) => seeds({ ...seed, ...change });
const accra = { url: "https://oci.accra.example", prefix: "fleet" };
/** A seed that is promoted, with nothing wrong but `change`, in a stack with `more`. */
const promoted = (change: object = {}, more: object = {}) => ({
  ...seeds({ image: "team/app", tags: ["1.4"], from: "accra", ...change }),
  sources: { accra },
  ...more,
});
const zot = (value: unknown) => ({ ...right, zot: value });
const access = (value: unknown) => ({ ...right, access: value });
const retention = (...rules: unknown[]) => ({ ...right, retention: { rules } });
const checks = (value: unknown) => ({ ...right, checks: value });

/** Somebody signs in, and nothing is wrong with it. */
const signIn = {
  ...right,
  oidc: { issuer: "https://auth.killinit.cc/application/o/zot/", clientId: "zot" },
  oidcClientSecret: "c4n4ry",
  access: { roles: { ci: ["group:builders"] } },
};
const oidc = (change: object) => ({ ...signIn, oidc: { ...signIn.oidc, ...change } });
const without = (key: "oidc" | "oidcClientSecret" | "access") => {
  const { [key]: _, ...rest } = signIn;
  return rest;
};

/** What is wrong, the stack file, and what its one problem says. */
export interface WrongStack {
  readonly what: string;
  readonly raw: Record<string, unknown>;
  readonly path: string;
  readonly found: string | RegExp;
  readonly allowed: RegExp;
  readonly hint?: RegExp;
}

const wrong = (
  what: string,
  raw: Record<string, unknown>,
  path: string,
  found: string | RegExp,
  allowed: RegExp,
  hint?: RegExp,
): WrongStack => ({ what, raw, path, found, allowed, ...(hint === undefined ? {} : { hint }) });

export const wrongStacks: readonly WrongStack[] = [
  // Prettier would spread each of these over eight lines.
  // prettier-ignore
  ...[
  wrong("no cluster", { seeds: right.seeds }, "cluster", "nothing", /^an object with name, context, domain, gateways, rebind and aliases$/),
  wrong("a text for a cluster", { cluster: "ottawa" }, "cluster", '"ottawa"', /^an object with name/),
  wrong("an unknown top-level key", { ...right, clutser: {} }, "clutser", "an unknown key", /^the keys cluster, adminPassword, zot, seeds/, /^did you mean cluster\?$/),
  wrong("a key in another case", { ...right, adminpassword: "x" }, "adminpassword", "an unknown key", /adminPassword/, /^did you mean adminPassword\?$/),
  wrong("a key that belongs elsewhere", { ...right, domain: "x.cc" }, "domain", "an unknown key", /cluster/, /^it belongs at zot-fleet:cluster\.domain$/),
  wrong("a key unlike any other", { ...right, quxfrobnicate: 1 }, "quxfrobnicate", "an unknown key", /cluster/),
  wrong("an unknown key in the cluster", cluster({ gatways: [] }), "cluster.gatways", "an unknown key", /^the keys name, context, domain, gateways, rebind and aliases$/, /^did you mean gateways\?$/),
  wrong("a key with dots in it", cluster({ "a.b": 1 }), 'cluster["a.b"]', "an unknown key", /the keys name/),
  wrong("no context", { cluster: { name: "a", domain: "b.cc" } }, "cluster.context", "nothing", /^the name of a kubeconfig context$/),
  wrong("an empty context", cluster({ context: "" }), "cluster.context", '""', /kubeconfig context/),
  wrong("a context with a line break", cluster({ context: "a\nb" }), "cluster.context", '"a\\nb"', /kubeconfig context/),
  wrong("a name in upper case", cluster({ name: "Ottawa" }), "cluster.name", '"Ottawa"', /^a DNS label: lower-case/),
  wrong("a number for a name", cluster({ name: 1.1 }), "cluster.name", "the number 1.1", /DNS label/, /quotes/),
  wrong("true for a name", cluster({ name: true }), "cluster.name", "true", /DNS label/, /quotes/),
  wrong("a URL for a domain", cluster({ domain: "https://killinit.cc" }), "cluster.domain", '"https://killinit.cc"', /^a DNS name in lower case, without a scheme/),
  wrong("a domain in upper case", cluster({ domain: "Killinit.cc" }), "cluster.domain", '"Killinit.cc"', /lower case/),
  wrong("a domain with two dots", cluster({ domain: "a..cc" }), "cluster.domain", '"a..cc"', /DNS name/),
  wrong("an address for a domain", cluster({ domain: "10.0.0.1" }), "cluster.domain", '"10.0.0.1"', /DNS name/),
  wrong("a domain that oci. makes too long", cluster({ domain: "a.".repeat(124) + "cc" }), "cluster.domain", /^"(a\.){40}…"$/, /DNS name/),
  wrong("a text for gateways", cluster({ gateways: "private" }), "cluster.gateways", '"private"', /^a list of Gateways, each once/),
  wrong("a gateway twice", cluster({ gateways: ["ts", "ts"] }), "cluster.gateways", "a list of 2", /each once/),
  wrong("a gateway twice, once with a section", cluster({ gateways: ["net/ts", { name: "ts", namespace: "net", section: "https" }] }), "cluster.gateways", "a list of 2", /each time with another section/),
  wrong("a gateway's section in a text", cluster({ gateways: ["net/ts/https"] }), "cluster.gateways[0]", '"net/ts/https"', /network\/private in another namespace/),
  wrong("the registry's own name for an alias", cluster({ aliases: ["oci.old.cc", "oci.killinit.cc"] }), "cluster.aliases[1]", /^"oci\.killinit\.cc", which the domain makes already$/, /^another host name/),
  wrong("an alias twice", cluster({ aliases: ["oci.old.cc", "oci.old.cc"] }), "cluster.aliases", "a list of 2", /^a list of host names, each once, at most 15$/),
  wrong("a URL for an alias", cluster({ aliases: ["https://oci.old.cc"] }), "cluster.aliases[0]", '"https://oci.old.cc"', /^a whole host name/),
  wrong("a mistyped network", { ...right, registry: { networkPolicy: { from: ["10.0.0.0/33"] } } }, "registry.networkPolicy.from[0]", '"10.0.0.0/33"', /^a namespace, such as envoy-gateway-system, or a network/),
  wrong("an object for seeds", { ...right, seeds: seed }, "seeds", /^an object with image, tags and archives$/, /^a list of seeds/),
  wrong("null for seeds", { ...right, seeds: null }, "seeds", "null", /^a list of seeds/),
  wrong("a text for a seed", seeds("a/b:c"), "seeds[0]", '"a/b:c"', /^an object with image, tags, archives, from, onMoved, onRemove and rollouts$/),
  wrong("an image with a tag", seedWith({ image: "a/b:latest" }), "seeds[0].image", '"a/b:latest"', /^a repository without registry and tag/),
  wrong("an image in upper case", seedWith({ image: "A/b" }), "seeds[0].image", '"A/b"', /lower-case/),
  wrong("no tags", seedWith({ tags: [] }), "seeds[0].tags", "an empty list", /^a list of tags, at least one$/),
  wrong("a number for a tag", seedWith({ tags: ["x", 1.1] }), "seeds[0].tags[1]", "the number 1.1", /^a tag: /, /quotes/),
  wrong("a tag with a slash", seedWith({ tags: ["a/b"] }), "seeds[0].tags[0]", '"a/b"', /^a tag: /),
  wrong("no archives", seedWith({ archives: {} }), "seeds[0].archives", "an empty object", /^an object with a docker-archive for each platform/),
  wrong("a text for archives", seedWith({ archives: "a.tar" }), "seeds[0].archives", '"a.tar"', /docker-archive for each platform/),
  wrong("a mistyped platform", seedWith({ archives: { "linux/adm64": "a.tar" } }), 'seeds[0].archives["linux/adm64"]', 'the key "linux/adm64"', /^a platform in Go's words/, /^did you mean linux\/amd64\?$/),
  wrong("a platform in uname's words", seedWith({ archives: { "linux/x86_64": "a.tar" } }), 'seeds[0].archives["linux/x86_64"]', 'the key "linux/x86_64"', /platform/, /^did you mean linux\/amd64\?$/),
  wrong("a platform without a system", seedWith({ archives: { amd64: "a.tar" } }), "seeds[0].archives.amd64", 'the key "amd64"', /os\/architecture/),
  wrong("a platform with a needless variant", seedWith({ archives: { "linux/arm64/v8": "a.tar" } }), 'seeds[0].archives["linux/arm64/v8"]', 'the key "linux/arm64/v8"', /platform/, /^did you mean linux\/arm64\?$/),
  wrong("neither archives nor a source", seeds({ image: "a/b", tags: ["1"] }), "seeds[0].archives", "nothing", /^an object with a docker-archive for each platform, at least one; or from in its place$/),
  wrong("archives and a source", promoted({ archives: one }), "seeds[0].from", '"accra"', /^the name of a source, where there are no archives$/),
  wrong("an unknown source", promoted({ from: "acra" }), "seeds[0].from", '"acra", which is no source', /^one of zot-fleet:sources: accra$/, /^did you mean accra\?$/),
  wrong("a source where there is none", promoted({}, { sources: {} }), "seeds[0].from", /which is no source$/, /^nothing: there are no zot-fleet:sources$/),
  wrong("latest of a source", promoted({ tags: ["1.4", "latest"] }), "seeds[0].tags[1]", '"latest", which names another image with each build', /^with from, tags that stay/),
  wrong("a moving tag of a source", promoted({ tags: ["edge"] }, { access: { moving: ["edge"] } }), "seeds[0].tags[0]", /^"edge", which zot-fleet:access\.moving lets whoever may push move$/, /tags that stay/),
  wrong("a tag of archives and of a source", { ...promoted(), ...seeds({ image: "team/app", tags: ["1.4"], archives: one }, { image: "team/app", tags: ["1.4"], from: "accra" }) }, "seeds[1].tags[0]", "team/app:1.4, declared at zot-fleet:seeds[0].tags[0]", /once$/),
  wrong("its own registry for a source", promoted({}, { sources: { accra: { url: "https://oci.killinit.cc" } } }), "sources.accra.url", '"https://oci.killinit.cc", which is the registry of this stack', /^another registry$/),
  wrong("its own registry in other words", promoted({}, { sources: { accra: { url: "https://OCI.killinit.cc:443" } } }), "sources.accra.url", /which is the registry of this stack$/, /^another registry$/),
  wrong("an alias of its own for a source", promoted({}, { cluster: { ...right.cluster, aliases: ["oci.old.cc"] }, sources: { accra: { url: "https://oci.old.cc" } } }), "sources.accra.url", /which is the registry of this stack$/, /^another registry$/),
  wrong("its own endpoint for a source", promoted({}, { endpoint: { via: "address", url: "http://10.0.0.7:5000" }, sources: { accra: { url: "http://10.0.0.7:5000" } } }), "sources.accra.url", /which is the registry of this stack$/, /^another registry$/),
  wrong("a path in a source's url", promoted({}, { sources: { accra: { url: "https://oci.accra.example/fleet" } } }), "sources.accra.url", '"https://oci.accra.example/fleet"', /^http\(s\):\/\/host\[:port\]$/),
  wrong("a slash at a prefix's end", promoted({}, { sources: { accra: { ...accra, prefix: "fleet/" } } }), "sources.accra.prefix", '"fleet/"', /without a slash at its end$/),
  wrong("a source in upper case", { ...right, sources: { Accra: accra } }, "sources.Accra", 'the key "Accra"', /^a name in lower case/),
  wrong("a source's password in the open", promoted({}, { sources: { accra: { ...accra, password: "hunter2" } } }), "sources.accra.password", "an unknown key", /^the keys url, prefix, username, signedBy, ca and connect$/),
  wrong("a key from the home folder", promoted({}, { sources: { accra: { ...accra, signedBy: "~/ci.pub" } } }), "sources.accra.signedBy", '"~/ci.pub"', /^the path of a public key from the project's root, in it/),
  wrong("a key outside of the project", promoted({}, { sources: { accra: { ...accra, signedBy: "keys/../../ci.pub" } } }), "sources.accra.signedBy", '"keys/../../ci.pub"', /^the path of a public key/),
  wrong("a key of a cloud", promoted({}, { sources: { accra: { ...accra, signedBy: "awskms:///alias/ci" } } }), "sources.accra.signedBy", '"awskms:///alias/ci"', /^the path of a public key/),
  wrong("an account at a source without a password", promoted({}, { sources: { accra: { ...accra, username: "reader" } } }), "sources.accra.username", '"reader", and no password for accra', /sourcePasswords$/),
  wrong("a password for a source that needs none", promoted({}, { sourcePasswords: { accra: "hunter2" } }), "sourcePasswords.accra", /not shown/, /^nothing: no source has a username$/),
  wrong("an empty path", seedWith({ archives: { "linux/amd64": "" } }), 'seeds[0].archives["linux/amd64"]', '""', /^the path of a docker-archive/),
  wrong("a path from the home folder", seedWith({ archives: { "linux/amd64": "~/a.tar" } }), 'seeds[0].archives["linux/amd64"]', '"~/a.tar"', /~ is not expanded/),
  wrong("an unknown key in a seed", seedWith({ onMove: "tell" }), "seeds[0].onMove", "an unknown key", /onMoved/, /^did you mean onMoved\?$/),
  wrong("a mistyped choice", seedWith({ onMoved: "restroe" }), "seeds[0].onMoved", '"restroe"', /^"restore" or "tell"$/, /^did you mean "restore"\?$/),
  wrong("another choice", seedWith({ onRemove: "burn" }), "seeds[0].onRemove", '"burn"', /^"keep" or "delete"$/),
  wrong("a tag twice in a seed", seedWith({ tags: ["a", "b", "a"] }), "seeds[0].tags[2]", "openclaw/openclaw:a, declared at zot-fleet:seeds[0].tags[0]", /^each tag of an image once$/),
  wrong("a tag in two seeds", seeds(seed, { image: "openclaw/openclaw", tags: ["v2", "latest"], archives: one }), "seeds[1].tags[1]", "openclaw/openclaw:latest, declared at zot-fleet:seeds[0].tags[1]", /once/),
  wrong("a tag that a platform needs", seedWith({ tags: ["v1", "v1-arm64"] }), "seeds[0].tags[0]", "openclaw/openclaw:v1-arm64, which linux/arm64 needs for itself, taken at zot-fleet:seeds[0].tags[1]", /once/),
  wrong("a tag that another seed's platform needs", seeds({ image: "openclaw/openclaw", tags: ["3f2a91c-amd64"], archives: one }, seed), "seeds[1].tags[0]", /which linux\/amd64 needs for itself, taken at zot-fleet:seeds\[0\]\.tags\[0\]$/, /once/),
  wrong("a first tag too long for its platforms", seedWith({ tags: ["x".repeat(125)] }), "seeds[0].tags[0]", /, the tag of linux\/amd64$/, /^a first tag that is short enough/),
  wrong("an archive for two platforms", seedWith({ archives: { "linux/amd64": "a.tar", "linux/arm64": "a.tar" } }), 'seeds[0].archives["linux/arm64"]', '"a.tar", the archive of linux/amd64 too', /of its own/),
  wrong("an unknown compression", { ...right, compression: "gziip" }, "compression", '"gziip"', /^"zstd" or "gzip"$/, /^did you mean "gzip"\?$/),
  wrong("a version with a v", zot({ version: "v2.1.18" }), "zot.version", '"v2.1.18"', /without a v: 2\.1\.18$/),
  wrong("a version too old", zot({ version: "2.1.13" }), "zot.version", '"2.1.13"', /2\.1\.14 or newer/),
  wrong("a number for a version", zot({ version: 2.1 }), "zot.version", "the number 2.1", /release of Zot/, /quotes/),
  wrong("a log level that Zot lacks", zot({ logLevel: "verbose" }), "zot.logLevel", '"verbose"', /^"debug" or "info" or "warn" or "error"$/),
  wrong("a text for a truth", zot({ metrics: "yes" }), "zot.metrics", '"yes"', /^true or false$/),
  wrong("a time of two hundred years", zot({ gcInterval: "73000d" }), "zot.gcInterval", '"73000d"', /^a time of a minute or more/),
  wrong("a time without a unit", zot({ gcDelay: 3600 }), "zot.gcDelay", "the number 3600", /time/),
  wrong("a time that deletes what is being pushed", zot({ gcDelay: "5s" }), "zot.gcDelay", '"5s"', /a minute or more/),
  wrong("an option that the version lacks", zot({ version: "2.1.16", requestTimeout: "1h" }), "zot.requestTimeout", '"1h" with Zot 2.1.16', /^nothing: Zot 2\.1\.16 does not know http\.readTimeout/, /^set zot-fleet:zot\.version to 2\.1\.17 or newer/),
  wrong("another option that the version lacks", zot({ version: "2.1.17", fastRestart: false }), "zot.fastRestart", "false with Zot 2.1.17", /came with 2\.1\.18$/, /2\.1\.18 or newer/),
  wrong("a number too large", checks({ certificateEndsWithin: "400d" }), "checks.certificateEndsWithin", '"400d"', /^whole days from 0d to 365d/),
  wrong("a number in place of a time", checks({ clockSkew: 60 }), "checks.clockSkew", "the number 60", /^whole seconds from 1s/),
  wrong("a list for checks", checks([]), "checks", "an empty list", /^an object with extraContent/),
  wrong("an empty password", { ...right, adminPassword: "" }, "adminPassword", "a secret value, which is not shown", /^a password of 1 to 72 bytes, or a line user:hash/, /^a password is not empty$/),
  wrong("a password that bcrypt cuts short", { ...right, adminPassword: "x".repeat(longestPassword + 1) }, "adminPassword", /not shown/, /72 bytes/, /bcrypt reads no more/),
  wrong("a password with a line break", { ...right, adminPassword: "hunter2\n" }, "adminPassword", /not shown/, /password/, /line break at its end/),
  wrong("a hash without its user", { ...right, adminPassword: `$2y$10$${"a".repeat(53)}` }, "adminPassword", /not shown/, /user:hash/, /htpasswd -nbB/),
  wrong("a hash cut short", { ...right, adminPassword: `admin:$2y$10$${"a".repeat(50)}` }, "adminPassword", /not shown/, /user:hash/, /60 characters/),
  wrong("an htpasswd line with a line break", { ...right, adminPassword: `admin:$2y$10$${"a".repeat(53)}\n\n` }, "adminPassword", /not shown/, /user:hash/, /without the line break/),
  wrong("an object for a password", { ...right, adminPassword: { user: "admin" } }, "adminPassword", /not shown/, /password/),
  wrong("an unknown tier", access({ tier: "public-read" }), "access.tier", '"public-read"', /^"private" or "read-public"$/),
  wrong("somebody mistyped", access({ allow: [{ who: ["anonymos"], what: ["pull"] }] }), "access.allow[0].who[0]", '"anonymos"', /^anonymous, signed-in, ci, puller/, /^did you mean anonymous\?$/),
  wrong("a generation in a rule", access({ allow: [{ who: ["user:ci-3"], what: ["pull"] }] }), "access.allow[0].who[0]", '"user:ci-3"', /^anonymous, signed-in/, /next rotation makes another account: write ci/),
  wrong("something mistyped", access({ allow: [{ who: ["ci"], what: ["push_new"] }] }), "access.allow[0].what[0]", '"push_new"', /"push-new"/, /^did you mean "push-new"\?$/),
  wrong("strangers who push", access({ allow: [{ who: ["anonymous"], what: ["push-new"] }] }), "access.allow[0]", /^an object with who and what$/, /anonymous may only pull$/),
  wrong("a pattern that is none", access({ rules: [{ repositories: "team/{a,b}" }] }), "access.rules[0].repositories", '"team/{a,b}"', /^a pattern of repository names/),
  wrong("patterns that clash", access({ rules: [{ repositories: "team/*" }, { repositories: "*/app" }] }), "access.rules[1].repositories", /^"\*\/app", which shares repositories with team\/\*/, /lies within the other/),
  wrong("a pattern that a wider one is longer than", access({ rules: [{ repositories: "team-*/**" }, { repositories: "team-a" }] }), "access.rules[1].repositories", /is not longer, so that Zot would overlook it/, /lies within the other/),
  wrong("a pattern as long as a wider one", access({ rules: [{ repositories: "team/**" }, { repositories: "team/ui" }] }), "access.rules[1].repositories", /is not longer, so that Zot would overlook it/, /lies within the other/, /^write team\/ui\/\*\*, which is longer$/),
  wrong("moving tags with an older Zot", { ...access({ moving: ["latest"] }), zot: { version: "2.1.16" } }, "access.moving", "a list of 1 with Zot 2.1.16", /came with 2\.1\.17$/, /^set zot-fleet:zot\.version to 2\.1\.17/),
  wrong("a group in upper case", access({ groups: { Team: ["ana"] } }), "access.groups.Team", 'the key "Team"', /^a group's name in lower case$/),
  wrong("an unknown upstream", { ...right, upstreams: ["docker.oi"] }, "upstreams[0]", '"docker.oi"', /^docker\.io, ghcr\.io, quay\.io, or an object/),
  wrong("an upstream twice", { ...right, upstreams: ["docker.io", { name: "docker.io" }] }, "upstreams", "a list of 2", /each once$/),
  wrong("a rule within a cache", { ...access({ rules: [{ repositories: "docker.io/library/**" }] }), upstreams: ["docker.io"] }, "access.rules[0].repositories", /reaches into the cache of docker\.io$/, /no cache's$/, /anonymous of the upstream$/),
  wrong("a seed within a cache", { ...seedWith({ image: "docker.io/a/b" }), upstreams: ["docker.io"] }, "seeds[0].image", /lies in the cache of docker\.io$/, /^a repository outside of docker\.io$/),
  wrong("an account without a password", { ...right, upstreams: [{ name: "docker.io", username: "fleet" }] }, "upstreams[0].username", '"fleet", and no password for docker.io', /upstreamPasswords$/),
  wrong("an issuer without TLS", oidc({ issuer: "http://auth.killinit.cc/" }), "oidc.issuer", '"http://auth.killinit.cc/"', /^https:\/\/host\[:port\]\[\/path\], to the letter/, /without TLS is no provider$/),
  wrong("an issuer without a scheme", oidc({ issuer: "auth.killinit.cc" }), "oidc.issuer", '"auth.killinit.cc"', /^https:/),
  wrong("the discovery document for an issuer", oidc({ issuer: "https://auth.killinit.cc/.well-known/openid-configuration" }), "oidc.issuer", /openid-configuration"$/, /^https:/, /^leave off \/\.well-known\/openid-configuration: Zot adds it$/),
  wrong("an issuer with a query", oidc({ issuer: "https://auth.killinit.cc/?a=b" }), "oidc.issuer", /a=b"$/, /^https:/),
  wrong("an issuer with a space after it", oidc({ issuer: "https://auth.killinit.cc/ " }), "oidc.issuer", '"https://auth.killinit.cc/ "', /^https:/, /white space/),
  wrong("an issuer with a user in it", oidc({ issuer: "https://zot@auth.killinit.cc/" }), "oidc.issuer", /@/, /^https:/, /no credentials belong into it/),
  wrong("a client with a line break", oidc({ clientId: "zot\n" }), "oidc.clientId", '"zot\\n"', /without white space$/),
  wrong("no client", { ...signIn, oidc: { issuer: signIn.oidc.issuer } }, "oidc.clientId", "nothing", /^the client's ID/),
  wrong("scopes without openid", oidc({ scopes: ["profile"] }), "oidc.scopes", "a list of 1", /openid among them$/),
  wrong("two scopes in one", oidc({ scopes: ["openid", "profile email"] }), "oidc.scopes[1]", '"profile email"', /^a scope, without white space$/),
  wrong("a claim in another spelling", oidc({ claims: { username: "preferredUsername" } }), "oidc.claims.username", '"preferredUsername"', /^the name of a claim: email, preferred_username, sub, name, or/, /^did you mean preferred_username\?$/),
  wrong("a claim within another", oidc({ claims: { groups: "realm_access.roles" } }), "oidc.claims.groups", '"realm_access.roles"', /^the name of a claim, such as groups$/, /at the top, not within others/),
  wrong("an unknown key for a claim", oidc({ claims: { user: "email" } }), "oidc.claims.user", "an unknown key", /^the keys username and groups$/),
  wrong("a groups claim that an older Zot does not look at", { ...oidc({ claims: { groups: "roles" } }), zot: { version: "2.1.16" } }, "oidc.claims.groups", '"roles" with Zot 2.1.16', /^"groups": Zot 2\.1\.16 does not know claimMapping\.groups.*came with 2\.1\.17$/, /^set zot-fleet:zot\.version to 2\.1\.17 or newer/),
  wrong("a provider without the client's secret", without("oidcClientSecret"), "oidcClientSecret", "nothing", /where https:\/\/oci\.killinit\.cc\/zot\/auth\/callback\/oidc is the client's callback$/, /^set it with: pulumi config set --secret oidcClientSecret$/),
  wrong("a client's secret without a provider", without("oidc"), "oidcClientSecret", /not shown/, /^nothing: there is no oidc$/),
  wrong("an empty client's secret", { ...signIn, oidcClientSecret: "" }, "oidcClientSecret", /not shown/, /^the client's secret at the provider/),
  wrong("a client's secret with a line break", { ...signIn, oidcClientSecret: "c4n4ry\n" }, "oidcClientSecret", /not shown/, /without white space around it$/),
  wrong("people who sign in and may do nothing", without("access"), "access", "nothing that whoever signs in may do", /^with oidc, a right for group:NAME/, /^name the provider's groups/),
  wrong("a certificate that is none", oidc({ ca: "/etc/ssl/ca.pem" }), "oidc.ca", '"/etc/ssl/ca.pem"', /^certificates in PEM$/),
  wrong("a password that nobody needs", { ...right, upstreamPasswords: { "docker.io": "hunter2" } }, 'upstreamPasswords["docker.io"]', /not shown/, /^nothing: no upstream has a username$/),
  wrong("retention as a list", { ...right, retention: [] }, "retention", "an empty list", /^an object with dryRun, delay and rules$/),
  wrong("dryRun as a text", { ...right, retention: { dryRun: "no" } }, "retention.dryRun", '"no"', /^true or false$/),
  wrong("Zot's own word for rules", { ...right, retention: { policies: [] } }, "retention.policies", "an unknown key", /^the keys dryRun, delay and rules$/),
  wrong("an age without a unit", retention({ repositories: "ci/**", keep: [{ pushedWithin: 30 }] }), "retention.rules[0].keep[0].pushedWithin", "the number 30", /^an age of an hour or more/),
  wrong("an age in minutes", retention({ repositories: "ci/**", keep: [{ pushedWithin: "30m" }] }), "retention.rules[0].keep[0].pushedWithin", '"30m"', /^an age of an hour or more/),
  wrong("an age of weeks", retention({ repositories: "ci/**", keep: [{ pulledWithin: "2w" }] }), "retention.rules[0].keep[0].pulledWithin", '"2w"', /"30d" or "36h"$/),
  wrong("a count that Zot takes for none", retention({ repositories: "ci/**", keep: [{ mostRecentlyPushedCount: 0 }] }), "retention.rules[0].keep[0].mostRecentlyPushedCount", "the number 0", /^a whole number from 1 /),
  wrong("a regular expression for a tag", retention({ repositories: "ci/**", keep: [{ tags: ["^v.*$"] }] }), "retention.rules[0].keep[0].tags[0]", '"^v.*$"', /^a pattern of whole tags/),
  wrong("a range that runs backwards", retention({ repositories: "ci/**", keep: [{ tags: ["v[9-0]"] }] }), "retention.rules[0].keep[0].tags[0]", '"v[9-0]"', /^a pattern of whole tags/),
  wrong("a mistyped condition", retention({ repositories: "ci/**", keep: [{ pushedWithn: "30d" }] }), "retention.rules[0].keep[0].pushedWithn", "an unknown key", /mostRecentlyPushedCount/, /^did you mean pushedWithin\?$/),
  wrong("an empty keep, with which Zot keeps all", retention({ repositories: "ci/**", keep: [] }), "retention.rules[0].keep", "an empty list", /^a list of what stays, at least one/),
  wrong("a rule that is never reached", retention({ repositories: "**", keep: [{}] }, { repositories: "ci/**" }), "retention.rules[1].repositories", '"ci/**", which ** before it covers', /first that matches holds$/, /^put the narrower rule first$/),
  wrong("a keep that is never reached", retention({ repositories: "ci/**", keep: [{ mostRecentlyPushedCount: 3 }, { tags: ["v*"] }] }), "retention.rules[0].keep[0]", "all tags, and others after it", /in the last place/),
  wrong("a rule within a cache", { ...retention({ repositories: "docker.io/library/**", keep: [{ pulledWithin: "30d" }] }), upstreams: ["docker.io"] }, "retention.rules[0].repositories", /lies in the cache of docker\.io$/, /no cache's$/, /retention of the upstream$/),
  wrong("a rule that deletes a seed", retention({ repositories: "openclaw/openclaw", keep: [{ tags: ["latest"] }, { mostRecentlyPushedCount: 5 }] }), "retention.rules[0].keep", "what does not keep every tag that is seeded into openclaw/openclaw", /in the first object that names them$/, /tags: \[3f2a91c, latest, 3f2a91c-amd64, 3f2a91c-arm64\]/),
  wrong("an upstream that is asked too often", { ...right, upstreams: ["quay.io", { name: "docker.io", retries: 99 }] }, "upstreams[1].retries", "the number 99", /^a whole number from 0 to 20$/),
  wrong("a cache that keeps nothing", { ...right, upstreams: [{ name: "docker.io", retention: { pulledWithin: "0h" } }] }, "upstreams[0].retention.pulledWithin", '"0h"', /^an age of an hour or more/),
  ],
];
