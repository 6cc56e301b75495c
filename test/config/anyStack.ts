import fc from "fast-check";

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._]{0,12}$/);
const minutes = fc.integer({ min: 1, max: 6000 }).map((count) => `${count}m`);
const platforms = ["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/s390x"];

const cluster = fc.record(
  {
    name: label,
    context: fc.stringMatching(/^[\w@:/.-]{1,30}$/),
    domain: fc.tuple(label, label).map((labels) => labels.join(".")),
    gateways: fc.uniqueArray(
      fc.oneof(
        label,
        fc.tuple(label, label).map((two) => two.join("/")),
      ),
      {
        maxLength: 4,
      },
    ),
  },
  { requiredKeys: ["name", "context", "domain"], noNullPrototype: true },
);

const archives = fc
  .uniqueArray(fc.constantFrom(...platforms), { minLength: 1 })
  .map((names) =>
    Object.fromEntries(names.map((name) => [name, `${name.replaceAll("/", "-")}.tar`])),
  );

const seed = fc.record(
  {
    image: fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8}){0,2}$/),
    tags: fc.uniqueArray(tag, { minLength: 1, maxLength: 4 }),
    archives,
    onMoved: fc.constantFrom("restore", "tell"),
    onRemove: fc.constantFrom("keep", "delete"),
  },
  { requiredKeys: ["image", "tags", "archives"], noNullPrototype: true },
);

const signIn = fc.record(
  {
    oidc: fc.record(
      {
        issuer: fc.constantFrom("https://auth.x.test", "https://x.test:8443/application/o/zot/"),
        clientId: fc.stringMatching(/^[\w-]{1,20}$/),
        scopes: fc.constantFrom(["openid"], ["openid", "groups"]),
        claims: fc.constantFrom({}, { username: "sub" }, { groups: "https://x.test/roles" }),
        ui: fc.boolean(),
        checkIssuer: fc.boolean(),
      },
      { requiredKeys: ["issuer", "clientId"], noNullPrototype: true },
    ),
    oidcClientSecret: fc.stringMatching(/^[\w+/=]{1,40}$/).filter((text) => !isJson(text)),
  },
  { noNullPrototype: true },
);

const stack: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    cluster,
    adminPassword: fc.stringMatching(/^[A-Za-z0-9 :{}[\]"]{1,40}$/).filter((text) => !isJson(text)),
    zot: fc.record(
      {
        version: fc.constantFrom("2.1.18", "2.1.19", "2.1.20"),
        logLevel: fc.constantFrom("debug", "info", "warn", "error"),
        metrics: fc.boolean(),
        gcDelay: minutes,
        gcInterval: minutes,
        requestTimeout: minutes,
        fastRestart: fc.boolean(),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    seeds: fc.uniqueArray(seed, { maxLength: 4, selector: ({ image }) => image }),
    sources: fc.dictionary(
      fc.constantFrom("accra", "lisbon-2"),
      fc.record(
        {
          url: fc.constantFrom("https://oci.accra.test", "http://10.0.0.7:5000"),
          prefix: fc.constantFrom("fleet", "teams/web"),
          connect: fc.constantFrom("10.0.0.8:443"),
          signedBy: fc.constantFrom("keys/ci.pub"),
        },
        { requiredKeys: ["url"], noNullPrototype: true },
      ),
      { noNullPrototype: true },
    ),
    compression: fc.constantFrom("gzip", "zstd"),
    access: fc.record(
      {
        tier: fc.constantFrom("private", "read-public"),
        allow: fc.array(
          fc.record(
            {
              who: fc.uniqueArray(fc.constantFrom("signed-in", "ci", "user:ana", "group:Team A"), {
                minLength: 1,
              }),
              what: fc.constantFrom(["pull"], ["push-new", "delete"], ["overwrite"]),
            },
            { noNullPrototype: true },
          ),
          { maxLength: 2 },
        ),
        moving: fc.uniqueArray(tag, { maxLength: 2 }),
        rules: fc.constantFrom(
          [],
          [{ repositories: "team-*/app/**", tier: "private" }, { repositories: "team-*/**" }],
        ),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    retention: fc.constantFrom(
      {
        dryRun: false,
        rules: [{ repositories: "ci/**", keep: [{ tags: ["v*"] }, { pushedWithin: "30d" }] }],
      },
      { delay: "36h", rules: [{ repositories: "**", keep: [{ mostRecentlyPulledCount: 3 }] }] },
    ),
    apiKeys: fc.constantFrom(
      [],
      [{ name: "a", account: "ci", renewal: "x", deliver: [{ to: "file", path: "key" }] }],
    ),
    revokeKeys: fc.boolean(),
    upstreams: fc.constantFrom([], ["docker.io", { name: "x.test", allow: ["a/**"] }]),
    checks: fc.record(
      {
        extraContent: fc.boolean(),
        certificateEndsWithin: fc.integer({ min: 0, max: 365 }).map((days) => `${days}d`),
        clockSkew: fc.integer({ min: 1, max: 3600 }).map((seconds) => `${seconds}s`),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { requiredKeys: ["cluster"], noNullPrototype: true },
);

/** Any raw stack file that nothing is wrong with. Tags hold no dash, so none is a platform's by accident. */
export const anyStack: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(stack, fc.option(signIn))
  .map(([raw, people]) => {
    if (people === null) return raw;
    const access = { ...(raw["access"] as object | undefined), tier: "read-public" };
    return { ...raw, ...people, access };
  });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
