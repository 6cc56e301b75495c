import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { actions, may } from "../../src/facts/rights";
import { RegistryClient, type Credentials } from "../../src/registry/client";
import { writeDemoArchive } from "../../src/images/archives/demoArchive";
import { pushFile } from "../support/pushFile";
import { mayDo } from "../../src/zot/mayDo";
import { newSessionKeys, sessionKeysFile } from "../../src/zot/sessionKeys";
import { supports, unsupportedMessage } from "../../src/zot/versions";
import { useScratch } from "../images/scratch";
import { Browser, signInAs } from "../support/oidc/browser";
import {
  people,
  podWith,
  registry,
  replacePod,
  startSite,
  tellOf,
  type Site,
} from "../support/oidc/site";
import { skipBecause } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

/** What Zot's pages send with each request of a session. */
const session = { "x-zot-api-client": "zot-ui" };

describe("people who sign in at an identity provider", function () {
  this.timeout(120_000);
  const scratch = useScratch();
  const undo: Undo[] = [];
  let site: Site;

  before(async function () {
    site = await startSite(this, undo);
    await writeDemoArchive(scratch("one.tar"), { platform: "linux/amd64", repoTag: "a:1" });
    await writeDemoArchive(scratch("two.tar"), { platform: "linux/amd64", repoTag: "a:2" });
  });

  after(() => closeAll(undo));

  async function signedIn(person: string): Promise<Browser> {
    const browser = new Browser(site.tls.cert, { "oci.fleet.test": site.gateway.port });
    undo.push(() => browser.close());
    const start = `${registry}/zot/auth/login?provider=oidc&callback_ui=/v2/`;
    const page = await signInAs(browser, person, start);
    assert.equal(page.url.href, `${registry}/v2/`, page.text);
    return browser;
  }

  /** The status of a look at what only those see who are signed in. */
  const visit = async (browser: Browser) =>
    (await browser.send(`${registry}/v2/_catalog`, { headers: session })).status;

  async function keyOf(person: string): Promise<Credentials> {
    const browser = await signedIn(person);
    const made = await browser.send(`${registry}/zot/auth/apikey`, {
      method: "POST",
      headers: session,
      body: JSON.stringify({ label: "laptop", scopes: [] }),
    });
    assert.equal(made.status, 201, made.text);
    const { apiKey } = JSON.parse(made.text) as { apiKey: string };
    return { username: `${person}@killinit.cc`, password: apiKey };
  }

  function clientOf(credentials: Credentials): RegistryClient {
    const client = new RegistryClient({ url: `http://127.0.0.1:${site.zot.port}`, credentials });
    undo.push(() => client.close());
    return client;
  }

  /** What skopeo says, or that it pushed. */
  async function pushed(credentials: Credentials, tag: string, archive: string): Promise<string> {
    const address = { url: `https://127.0.0.1:${site.gateway.port}`, ca: site.tls.cert };
    const image = { archive: scratch(archive), repository: "team/app", tag };
    try {
      await pushFile({ ...image, address, credentials, compression: "gzip" });
      return "pushed";
    } catch (error) {
      return String(error);
    }
  }

  /** The status of a request about a manifest of `team/app`, with an API key. */
  async function statusOf(credentials: Credentials, method: "GET" | "PUT", tag: string) {
    const headers = { "content-type": "application/vnd.oci.image.manifest.v1+json" };
    const put = method === "PUT" ? { body: "{}", headers } : {};
    const path = `/v2/team/app/manifests/${tag}`;
    return (await clientOf(credentials).request({ method, path, ...put })).status;
  }

  it("push a new tag by a key of theirs where they are in CI's group, and overwrite none", async () => {
    const ana = await keyOf("ana");
    assert.equal(await pushed(ana, "1.0", "one.tar"), "pushed");
    assert.match(await pushed(ana, "1.0", "two.tar"), /denied/);
    assert.equal(await statusOf(ana, "PUT", "1.0"), 403);
    assert.equal(await pushed(ana, "2.0", "two.tar"), "pushed");
  });

  it("pull, and push nothing, where they are in the readers' group", async () => {
    const ben = await keyOf("ben");
    assert.equal(await statusOf(ben, "GET", "1.0"), 200);
    assert.equal(await statusOf(ben, "PUT", "3.0"), 403);
    assert.match(await pushed(ben, "3.0", "one.tar"), /denied/);
  });

  it("overwrite where they are in the admins' group, and do nothing where they are in none", async () => {
    const kim = await keyOf("kim");
    assert.equal(await pushed(kim, "1.0", "two.tar"), "pushed");
    const eve = await keyOf("eve");
    assert.equal(await statusOf(eve, "GET", "1.0"), 403);
  });

  for (const [person, { email, groups }] of Object.entries(people))
    it(`may do what the policies say of their groups: ${person}`, async () => {
      const { access } = site.verified;
      assert.ok(access !== undefined);
      const tag = { repository: "team/app", tag: "1.0" };
      const client = clientOf(await keyOf(person));
      for (const action of actions) {
        const wish = { action, repository: "team/app", reference: "1.0" };
        const said = mayDo(access.control, access.version, { user: email, groups }, wish);
        assert.equal(await may(client, action, tag), said, action);
      }
    });

  it("keep by a key the rights of their last sign-in, until they sign in again", async () => {
    const ana = await keyOf("ana");
    await tellOf(site, { ...people, ana: { ...people.ana, groups: [] } });
    assert.equal(await statusOf(ana, "PUT", "3.0"), 400);
    await signedIn("ana");
    assert.equal(await statusOf(ana, "PUT", "3.0"), 403);
    await tellOf(site, people);
  });

  it("get a cookie that goes over https alone", async () => {
    const browser = await signedIn("ana");
    const cookie = browser.cookies().find(({ name }) => name === "session");
    assert.equal(cookie?.secure, true);
  });

  it("stay signed in when the pod is replaced, by the session keys", async () => {
    const browser = await signedIn("ana");
    assert.equal(await visit(browser), 200);
    await replacePod(site);
    assert.equal(await visit(browser), 200);
    const keys = sessionKeysFile(newSessionKeys());
    await writeFile(site.pod.path("/secret/session-keys.json"), keys);
    await replacePod(site);
    assert.equal(await visit(browser), 401);
  });

  it("are who other claims say, where the stack file names those", async function () {
    const { version } = site.config.zot;
    if (!supports(version, "groupsClaim"))
      skipBecause(unsupportedMessage(version, "groupsClaim"), this);
    const claims = { username: "sub", groups: "roles" };
    await replacePod(site, await podWith(site, { claims }, undo));
    const { password } = await keyOf("ben");
    // An admin by his role, under the name that the provider knows him by.
    assert.equal(await statusOf({ username: "ben", password }, "PUT", "3.0"), 400);
    await replacePod(site);
  });
});
