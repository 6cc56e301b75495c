import assert from "node:assert/strict";
import { RegistryClient } from "../../src/registry/client";
import type { Source } from "../../src/seeding/promoted";
import { collect } from "./fakeRegistry";
import { startZot, type RunningRegistry } from "./registry";
import type { PushedRelease } from "./release";
import { skipWithout } from "./skip";

const admin = { username: "admin", password: "secret" };
export const users = { admin: "secret", reader: "reader-of-accra", creator: "creator-of-ottawa" };
/** Where the image lies at the source, and where it is to be. */
export const there = "fleet/team/app";
export const here = "team/app";

/** Two zots, of a source and of a registry that promotes from it, for a suite; what is here of the image goes after each test. */
export function usePromotion() {
  let accra: RunningRegistry;
  let ottawa: RunningRegistry;
  let atAccra: RegistryClient;
  let atOttawa: RegistryClient;
  let source: Source;
  const endings: (() => Promise<void>)[] = [];

  before(async function () {
    skipWithout("zot", this);
    skipWithout("skopeo", this);
    const policies = [
      { users: ["admin"], actions: ["read", "create", "update", "delete"] },
      { users: ["reader"], actions: ["read"] },
      { users: ["creator"], actions: ["read", "create"] },
    ];
    const repositories = { "**": { policies, defaultPolicy: [] } };
    const start = () => startZot({ users, config: { http: { accessControl: { repositories } } } });
    accra = await start();
    endings.push(() => accra.stop());
    ottawa = await start();
    endings.push(() => ottawa.stop());
    atAccra = new RegistryClient({ url: accra.url, credentials: admin });
    atOttawa = new RegistryClient({ url: ottawa.url, credentials: admin });
    endings.push(
      () => atAccra.close(),
      () => atOttawa.close(),
    );
    source = { name: "accra", address: { url: accra.url }, prefix: "fleet" };
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  /** What both were asked while `work` ran, as `GET /v2/…`. */
  async function asked(
    work: () => Promise<unknown>,
  ): Promise<{ accra: string[]; ottawa: string[] }> {
    const both = { accra, ottawa };
    const from: Record<string, number> = {};
    for (const [name, registry] of Object.entries(both)) {
      await registry.quiet();
      from[name] = registry.requests().length;
    }
    await work();
    const since = async (name: "accra" | "ottawa") => {
      await both[name].quiet();
      return both[name]
        .requests()
        .slice(from[name])
        .map(({ method, path }) => `${method} ${path}`);
    };
    return { accra: await since("accra"), ottawa: await since("ottawa") };
  }

  const heldAt = async (client: RegistryClient, repository: string, reference: string) =>
    (await client.headManifest(repository, reference))?.digest;

  const referrersAt = async (client: RegistryClient, repository: string, subject: string) =>
    (await collect(client.referrers(repository, subject))).map(({ digest }) => digest).sort();

  /** `at` holds the same bytes as were pushed: children, referrers of each and cosign's tag. */
  async function assertSame(pushed: PushedRelease, tag = "1.4", at = atOttawa): Promise<void> {
    const { index, children, signature, sbom, sbomSignature, cosign } = pushed;
    assert.equal(await heldAt(at, here, tag), index);
    for (const digest of Object.values(children)) {
      const child = await at.getManifest(here, digest);
      assert.ok(child && "layers" in child.document);
      for (const { digest: layer, size } of child.document.layers)
        assert.deepEqual(await at.verifyBlob(here, layer), { size });
    }
    const listed = async (subject: string) => referrersAt(at, here, subject);
    assert.deepEqual(await listed(index), [signature]);
    assert.deepEqual(await listed(children["linux/amd64"]), [sbom]);
    assert.deepEqual(await listed(children["linux/arm64"]), []);
    assert.deepEqual(await listed(sbom), [sbomSignature]);
    assert.equal(await heldAt(at, here, cosign.tag), cosign.digest);
  }

  /** Ends what is held here of the image, so that the next test begins from nothing. */
  async function emptied(): Promise<void> {
    let tags: string[] = [];
    try {
      tags = await collect(atOttawa.tags(here));
    } catch {
      return;
    }
    for (const tag of tags.sort().reverse()) await atOttawa.deleteManifest(here, tag);
  }
  afterEach(async () => {
    if (endings.length > 0) await emptied();
  });

  return {
    asked,
    assertSame,
    heldAt,
    get accra() {
      return accra;
    },
    get ottawa() {
      return ottawa;
    },
    get atAccra() {
      return atAccra;
    },
    get atOttawa() {
      return atOttawa;
    },
    get source() {
      return source;
    },
  };
}
