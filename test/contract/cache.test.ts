import assert from "node:assert/strict";
import { RegistryClient } from "../../src/registry/client";
import { configuredZot, password } from "../support/configuredZot";
import { pushImage, type PushedImage } from "../support/push";
import { startDistribution, type RunningRegistry } from "../support/registry";
import { skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

const image = "docker.io/library/hello";

describe("a cache of docker.io", function () {
  this.timeout(120_000);
  let upstream: RunningRegistry;
  let zot: RunningRegistry;
  let hello: PushedImage;
  let stopped = false;
  const undo: Undo[] = [];

  const client = (url: string, username?: string) => {
    const made = new RegistryClient({
      url,
      ...(username === undefined ? {} : { credentials: { username, password } }),
    });
    undo.push(() => made.close());
    return made;
  };

  before(async function () {
    skipWithout("docker-registry", this);
    skipWithout("zot", this);
    upstream = await startDistribution();
    undo.push(() => (stopped ? Promise.resolve() : upstream.stop()));
    const source = client(upstream.url);
    hello = await pushImage(source, "library/hello", "1", "hello");
    await pushImage(source, "library/other", "1", "other");
    await pushImage(source, "secret/thing", "1", "not allowed");
    await pushImage(source, "team/app", "1", "a stranger's, under the name of a private image");
    const upstreams = [
      {
        name: "docker.io",
        url: upstream.url,
        allow: ["library/**"],
        retries: 0,
        retryDelay: "1s",
      },
    ];
    ({ zot } = await configuredZot(this, { upstreams }));
    undo.push(() => zot.stop());
  });

  after(() => closeAll(undo));

  /** What the upstream was asked while `work` ran. */
  async function asked(work: () => Promise<unknown>): Promise<string[]> {
    await upstream.quiet();
    const before = upstream.requests().length;
    await work();
    await upstream.quiet();
    const requests = upstream.requests().slice(before);
    return requests
      .map(({ method, path }) => `${method} ${path}`)
      .filter((each) => !each.endsWith("/v2/"));
  }

  async function pull(repository: string, reference: string, who = "puller-1") {
    const as = client(zot.url, who);
    const manifest = await as.request({
      method: "GET",
      path: `/v2/${repository}/manifests/${reference}`,
      headers: { accept: "*/*" },
    });
    if (manifest.status !== 200) return manifest.status;
    const blob = await as.request({
      method: "GET",
      path: `/v2/${repository}/blobs/${hello.layer}`,
    });
    return blob.status;
  }

  it("asks the upstream once, and then only whether the tag moved", async () => {
    const first = await asked(async () => {
      assert.equal(await pull(image, "1"), 200);
    });
    assert.ok(
      first.some((each) => each === `GET /v2/library/hello/blobs/${hello.layer}`),
      first.join(),
    );
    const second = await asked(async () => {
      assert.equal(await pull(image, "1"), 200);
    });
    // Whether the tag moved: a HEAD, which Docker Hub does not count as a pull.
    assert.deepEqual(second, ["HEAD /v2/library/hello/manifests/1"]);
    const byDigest = await asked(async () => {
      assert.equal(await pull(image, hello.digest), 200);
    });
    assert.deepEqual(byDigest, []);
  });

  it("keeps the digest, so that a pull by digest finds it", async () => {
    const found = await client(zot.url, "puller-1").headManifest(image, "1");
    assert.equal(found?.digest, hello.digest);
    assert.equal(await pull(image, hello.digest), 200);
  });

  it("asks for nothing that is not its own: private names, and what is not allowed", async () => {
    const requests = await asked(async () => {
      for (const name of ["team/app", "library/other", "docker.io/secret/thing"])
        assert.equal(await pull(name, "1", "admin"), 404, name);
    });
    assert.deepEqual(requests, []);
  });

  it("lets CI pull and not push", async () => {
    assert.equal(await pull(image, "1", "ci-1"), 200);
    const { status } = await client(zot.url, "ci-1").request({
      method: "POST",
      path: `/v2/${image}/blobs/uploads/`,
      body: "",
    });
    assert.equal(status, 403);
  });

  it("is closed to strangers where the tier is private", async () => {
    const { status } = await client(zot.url).request({
      method: "GET",
      path: `/v2/${image}/manifests/1`,
    });
    assert.equal(status, 401);
  });

  it("still has what it has when the upstream is gone", async () => {
    await upstream.stop();
    stopped = true;
    assert.equal(await pull(image, "1"), 200);
    assert.equal(await pull("docker.io/library/other", "1"), 404);
  });
});
