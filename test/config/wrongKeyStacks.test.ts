import assert from "node:assert/strict";
import { targetsOf } from "../../src/config/apiKeys";
import { ConfigError } from "../../src/config/problem";
import { parseStackConfig } from "../../src/config/stack";
import { right } from "./wrongStacks";

const secret = { to: "kubernetes", namespace: "builds", name: "zot-ci" };
const forgejo = { to: "forgejo", url: "https://git.killinit.cc", repository: "team/app" };
const github = { to: "github", repository: "team/app" };
const key = { name: "builds", account: "ci", deliver: [secret] };
const keys = (...list: unknown[]) => ({ apiKeys: list });
const keyWith = (change: object) => keys({ ...key, ...change });
const to = (...deliver: unknown[]) => keyWith({ deliver });
const tokens = (...hosts: string[]) => ({
  deliveryTokens: Object.fromEntries(hosts.map((host) => [host, "canary"])),
});
const forgejoToken = tokens("git.killinit.cc");

/** What is wrong, the keys that are, where it is told, and with which words. */
// prettier-ignore
const wrong: [what: string, change: object, path: string, words: RegExp][] = [
  ["an object for a list", { apiKeys: key }, "apiKeys", /a list of objects/],
  ["a key without a target", keyWith({ deliver: [] }), "apiKeys[0].deliver", /at least one/],
  ["a name in upper case", keyWith({ name: "CI" }), "apiKeys[0].name", /lower-case/],
  ["a person's account", keyWith({ account: "admin" }), "apiKeys[0].account", /"ci" or "puller"/],
  ["a generation", keyWith({ account: "ci-3" }), "apiKeys[0].account", /"ci" or "puller"/],
  ["a life of no days", keyWith({ expiresAfter: "0d" }), "apiKeys[0].expiresAfter", /from 1d/],
  ["a life of no whole days", keyWith({ expiresAfter: "36h" }), "apiKeys[0].expiresAfter", /whole days/],
  [
    "a renewal before its making",
    keyWith({ expiresAfter: "21d" }),
    "apiKeys[0].renewBefore",
    /"21d", of a key that lives 21d[^]*less than 21d[^]*renewed by every refresh/,
  ],
  ["true for a renewal", keyWith({ renewal: true }), "apiKeys[0].renewal", /number or a text/],
  ["an unknown key", keyWith({ expires: 3 }), "apiKeys[0].expires", /an unknown key/],
  ["a name twice", keys(key, { ...key, deliver: [{ to: "file", path: "k" }] }), "apiKeys[1].name", /apiKeys\[0\]\.name too/],
  ["a text for a target", to("builds/zot-ci"), "apiKeys[0].deliver[0]", /an object with to/],
  ["a mistyped target", to({ ...secret, to: "kubernets" }), "apiKeys[0].deliver[0].to", /"kubernetes" or "forgejo"[^]*did you mean "kubernetes"/],
  ["a target without its kind", to({ path: "k" }), "apiKeys[0].deliver[0].to", /nothing[^]*"file"/],
  ["a mistyped key of a target", to({ ...secret, namespce: "b" }), "apiKeys[0].deliver[0].namespce", /the keys to, namespace, name and type[^]*did you mean namespace/],
  ["a Secret without a namespace", to({ to: "kubernetes", name: "a" }), "apiKeys[0].deliver[0].namespace", /a namespace/],
  ["a Secret's type that is none", to({ ...secret, type: "Opaque" }), "apiKeys[0].deliver[0].type", /did you mean "opaque"/],
  ["a Secret twice", to(secret, { ...secret, type: "opaque" }), "apiKeys[0].deliver[1]", /Secret builds\/zot-ci, which zot-fleet:apiKeys\[0\]\.deliver\[0\] writes/],
  ["the registry's own Secret", to({ ...secret, namespace: "zot", name: "zot-secret" }), "apiKeys[0].deliver[0]", /the registry itself writes/],
  ["a pull secret", { ...to({ ...secret, name: "zot-pull-secret" }), pullSecrets: [{ namespace: "builds" }] }, "apiKeys[0].deliver[0]", /zot-fleet:pullSecrets writes/],
  ["a file from the home folder", to({ to: "file", path: "~/key" }), "apiKeys[0].deliver[0].path", /~ is not expanded/],
  ["a folder for a file", to({ to: "file", path: "keys/" }), "apiKeys[0].deliver[0].path", /path of a file/],
  ["a file twice", keys({ ...key, deliver: [{ to: "file", path: "k" }] }, { ...key, name: "b", deliver: [{ to: "file", path: "./k" }] }), "apiKeys[1].deliver[0]", /the file k, which/],
  ["Forgejo without its url", { ...to({ to: "forgejo", repository: "a/b" }) }, "apiKeys[0].deliver[0].url", /nothing[^]*Forgejo's address/],
  ["a url with a password", to({ ...forgejo, url: "https://a:b@git.killinit.cc" }), "apiKeys[0].deliver[0].url", /http\(s\)/],
  ["a url with a slash at its end", to({ ...forgejo, url: "https://git.killinit.cc/" }), "apiKeys[0].deliver[0].url", /without a slash/],
  ["a repository without an owner", to({ ...forgejo, repository: "app" }), "apiKeys[0].deliver[0].repository", /owner\/name/],
  ["a repository that climbs", to({ ...forgejo, repository: "team/.." }), "apiKeys[0].deliver[0].repository", /owner\/name/],
  ["repository and organization", { ...to({ ...forgejo, organization: "team" }), ...forgejoToken }, "apiKeys[0].deliver[0].repository", /either repository/],
  ["neither of them", { ...to({ to: "github" }), ...tokens("api.github.com") }, "apiKeys[0].deliver[0].repository", /either repository/],
  ["a reserved secret's name", to({ ...github, keySecret: "GITHUB_KEY" }), "apiKeys[0].deliver[0].keySecret", /not GITHUB_/],
  ["one name for two secrets", { ...to({ ...forgejo, keySecret: "zot_username" }), ...forgejoToken }, "apiKeys[0].deliver[0]", /the secret zot_username of team\/app/],
  ["a secret of a repository twice", { ...keys({ ...key, deliver: [forgejo] }, { ...key, name: "b", deliver: [{ ...forgejo, repository: "Team/App" }] }), ...forgejoToken }, "apiKeys[1].deliver[0]", /which zot-fleet:apiKeys\[0\]\.deliver\[0\] writes/],
  ["a target without its token", to(forgejo), "apiKeys[0].deliver[0]", /no token for it[^]*config set --secret deliveryTokens '\{"git\.killinit\.cc"/],
  ["another forge's token", { ...to(github), ...tokens("github.com", "api.github.com") }, 'deliveryTokens["github.com"]', /no key is delivered there/],
  ["a token that is no text", { ...to(github), deliveryTokens: { "api.github.com": 7 } }, 'deliveryTokens["api.github.com"]', /not shown/],
  ["a text for revokeKeys", { revokeKeys: "no" }, "revokeKeys", /true or false/],
];

describe("a stack file that is wrong about its API keys", () => {
  for (const [what, change, path, words] of wrong)
    it(`is refused for ${what}`, () => {
      assert.throws(
        () => parseStackConfig({ ...right, ...change }),
        (error) => {
          assert.ok(error instanceof ConfigError);
          assert.deepEqual(
            [...new Set(error.problems.map((problem) => problem.path))],
            [`zot-fleet:${path}`],
          );
          assert.match(error.message, words);
          assert.doesNotMatch(error.message, /canary/);
          return true;
        },
      );
    });

  it("is taken where it is right, with what a careful operator would have chosen", () => {
    const { apiKeys } = parseStackConfig({
      ...right,
      ...to(
        secret,
        forgejo,
        { to: "github", organization: "team" },
        { to: "file", path: ".keys/ci" },
      ),
      ...tokens("git.killinit.cc", "api.github.com"),
    });
    const [made] = apiKeys;
    assert.ok(made);
    const { expiresAfter, renewBefore, renewal } = made;
    assert.deepEqual([expiresAfter, renewBefore, renewal], ["90d", "21d", 1]);
    const names = {
      usernameSecret: "ZOT_USERNAME",
      keySecret: "ZOT_API_KEY",
      configSecret: "ZOT_DOCKER_CONFIG",
    };
    assert.deepEqual(targetsOf(made, "ottawa"), [
      { ...secret, type: "dockerconfigjson", context: "ottawa" },
      { ...forgejo, type: "login", ...names },
      {
        to: "github",
        url: "https://api.github.com",
        organization: "team",
        type: "login",
        visibility: "private",
        ...names,
      },
      { to: "file", path: ".keys/ci", type: "dockerconfigjson" },
    ]);
  });
});
