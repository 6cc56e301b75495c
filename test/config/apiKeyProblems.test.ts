import assert from "node:assert/strict";
import { apiKeyProblems } from "../../src/config/apiKeyProblems";
import { areTold, problemsOf } from "./told";

const secret = { to: "kubernetes", namespace: "builds", name: "zot-ci" };
const file = { to: "file", path: "key" };
const github = { to: "github", repository: "team/app" };
const key = { name: "builds", account: "ci", deliver: [file] };
const keys = (...changes: object[]) => ({
  apiKeys: changes.map((change, at) => ({
    ...key,
    name: `key-${at}`,
    deliver: [{ to: "file", path: `key-${at}` }],
    ...change,
  })),
});
const to = (...deliver: object[]) => keys({}, { deliver });
const tokens = (...hosts: string[]) => ({
  deliveryTokens: Object.fromEntries(hosts.map((host) => [host, "canary"])),
});
const ownPlace = "a place of its own for each key";
const hidden = "a secret value, which is not shown";

describe("rules between API keys", () => {
  areTold([
    [
      "a renewal as long before its end as it lives",
      keys({}, { expiresAfter: "30d", renewBefore: "30d" }),
      "apiKeys[1].renewBefore",
      '"30d", of a key that lives 30d',
      "less than 30d",
      "it would be renewed by every refresh",
    ],
    [
      "one name of two keys",
      keys({}, { name: "ci" }, {}, { name: "ci" }),
      "apiKeys[3].name",
      '"ci", the name at zot-fleet:apiKeys[1].name too',
      "a name of its own for each key",
    ],
    [
      "a repository beside an organization",
      { ...to(file, { ...github, organization: "team" }), ...tokens("api.github.com") },
      "apiKeys[1].deliver[1].repository",
      '"team/app" beside organization',
      "either repository (owner/name) or organization",
    ],
    [
      "neither a repository nor an organization",
      { ...to({ to: "github" }), ...tokens("api.github.com") },
      "apiKeys[1].deliver[0].repository",
      "nothing",
      "either repository (owner/name) or organization",
    ],
    [
      "a file that another key is written to",
      to(secret, { to: "file", path: "./key-0" }),
      "apiKeys[1].deliver[1]",
      "the file key-0, which zot-fleet:apiKeys[0].deliver[0] writes",
      ownPlace,
    ],
    [
      "the registry's Secret",
      to({ ...secret, namespace: "zot", name: "zot-secret" }),
      "apiKeys[1].deliver[0]",
      "the Secret zot/zot-secret, which the registry itself writes",
      ownPlace,
    ],
    [
      "the registry's Secret in a namespace of another name",
      {
        ...to({ ...secret, namespace: "images", name: "zot-secret" }),
        registry: { namespace: "images" },
      },
      "apiKeys[1].deliver[0]",
      "the Secret images/zot-secret, which the registry itself writes",
      ownPlace,
    ],
    [
      "the registry's Secret where other things are said of the registry",
      { ...to({ ...secret, namespace: "zot", name: "zot-secret" }), registry: { adopt: false } },
      "apiKeys[1].deliver[0]",
      "the Secret zot/zot-secret, which the registry itself writes",
      ownPlace,
    ],
    [
      "a pull secret",
      {
        ...to({ ...secret, name: "zot-pull-secret" }),
        pullSecrets: [{ namespace: "web" }, { namespace: "builds" }],
      },
      "apiKeys[1].deliver[0]",
      "the Secret builds/zot-pull-secret, which zot-fleet:pullSecrets writes",
      ownPlace,
    ],
    [
      "a forge without a token",
      { ...to(github), ...tokens() },
      "apiKeys[1].deliver[0]",
      "a target at api.github.com, and no token for it",
      "a target whose token is in zot-fleet:deliveryTokens",
      `pulumi config set --secret deliveryTokens '{"api.github.com": "…"}'`,
    ],
    [
      "a token of another forge",
      { ...to(github), ...tokens("api.github.com", "git.test") },
      'deliveryTokens["git.test"]',
      hidden,
      "nothing: no key is delivered there",
    ],
    [
      "a token where no key is delivered to a forge",
      { ...to(file), ...tokens("git.test") },
      'deliveryTokens["git.test"]',
      hidden,
      "nothing: no key is delivered there",
    ],
  ]);

  const taken: [what: string, change: object][] = [
    ["keys with names and places of their own", to(secret, { ...secret, namespace: "web" }, file)],
    ["a renewal a day after its making", keys({ expiresAfter: "30d", renewBefore: "29d" })],
    [
      "Secrets of such names elsewhere",
      {
        ...to({ ...secret, name: "zot-secret" }, { ...secret, name: "zot-pull-secret" }),
        pullSecrets: [{ namespace: "web" }],
      },
    ],
    ["a forge with its token", { ...to(github), ...tokens("api.github.com") }],
  ];
  for (const [what, change] of taken)
    it(`take ${what}`, () => {
      assert.deepEqual(problemsOf(change), []);
    });

  it("stay silent about keys that are wrong in themselves, and about tokens that these may need", () => {
    const wrong = { ...key, account: "admin" };
    for (const raw of [
      {},
      { apiKeys: key },
      { apiKeys: [wrong, { ...key, name: "builds" }], ...tokens("git.test") },
      { apiKeys: [key], pullSecrets: 3, registry: 3, deliveryTokens: 3 },
    ])
      assert.deepEqual(apiKeyProblems(raw), [], JSON.stringify(raw));
    const [clash] = apiKeyProblems({ apiKeys: [wrong, key, { ...key, name: "b" }] });
    assert.deepEqual(clash, {
      path: "zot-fleet:apiKeys[2].deliver[0]",
      found: "the file key, which zot-fleet:apiKeys[1].deliver[0] writes",
      allowed: ownPlace,
    });
  });
});
