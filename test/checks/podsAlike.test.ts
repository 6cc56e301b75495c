import assert from "node:assert/strict";
import { podsAlikeBy } from "../../src/checks/cluster/podsAlike";
import type { ExpectedAccount, ExpectedImage } from "../../src/checks/expectations";
import { runChecks } from "../../src/checks/runChecks";
import { KubernetesError } from "../../src/cluster/kubernetes";
import { useFakes } from "../support/fakeRegistry";
import { clusterOf, podNamed } from "../support/registryPods";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const admin = { username: "fleet", password: "of fleet", role: "admin" as const };
const puller = { username: "puller-2", password: "of puller", role: "puller" as const };
const image: ExpectedImage = {
  repository: "team/app",
  tags: ["v1"],
  digest: digest("a"),
  platforms: [],
};

/** What a pod has. */
interface PodContent {
  accounts?: string[];
  tags?: Record<string, string>;
  repositories?: string[];
}

describe("the check that every pod answers alike", () => {
  const fakes = useFakes();

  /** A registry that has these accounts and this content. */
  async function pod({
    accounts = ["fleet", "puller-2"],
    tags = { "team/app:v1": digest("a") },
    repositories = ["team/app"],
  }: PodContent = {}): Promise<string> {
    const { url } = await fakes.server((request, response) => {
      const [, encoded = ""] = (request.headers.authorization ?? "").split(" ");
      const [name = ""] = Buffer.from(encoded, "base64").toString().split(":");
      if (!accounts.includes(name))
        response.writeHead(401, { "www-authenticate": 'Basic realm="zot"' }).end();
      else if (request.url === "/v2/") response.writeHead(200).end("{}");
      else if (request.url?.startsWith("/v2/_catalog"))
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify({ repositories }));
      else {
        const [, repository = "", tag = ""] =
          /^\/v2\/(.*)\/manifests\/(.*)$/.exec(request.url ?? "") ?? [];
        const held = tags[`${repository}:${tag}`];
        if (held === undefined) response.writeHead(404).end();
        else
          response
            .writeHead(200, {
              "docker-content-digest": held,
              "content-type": "application/vnd.oci.image.manifest.v1+json",
              "content-length": "2",
            })
            .end();
      }
    });
    return url;
  }

  /** What the check says of these pods; an error in place of one is how its port-forward ends. */
  async function told(
    pods: Record<string, PodContent | KubernetesError>,
    images = [image],
    accounts: ExpectedAccount[] = [admin, puller],
  ): Promise<string[]> {
    const expected = {
      context: "ottawa",
      namespace: "zot",
      host: "oci.fleet.test",
      replicas: { count: 2, drain: 15, bucket: "images" },
      pullSecret: { name: "s", username: "puller-2", namespaces: [] },
      workloads: [],
    };
    const { reader } = clusterOf([
      ...Object.keys(pods).map((name) => podNamed(name)),
      podNamed("zot-old", { ending: true }),
      podNamed("zot-new", { ready: false }),
    ]);
    const check = podsAlikeBy(async ({ pod: name, port }, work) => {
      assert.equal(port, 5000);
      const content = pods[name];
      if (content === undefined || content instanceof KubernetesError)
        throw content ?? new Error(`${name} is not to be asked`);
      return work(await pod(content));
    })(expected, reader);
    const address = { url: "https://oci.fleet.test", connect: "127.0.0.1:1" };
    const results = await runChecks(
      [check],
      address,
      { accounts, retired: [], images },
      { patienceMs: 0 },
    );
    return results.map(({ status, subject = "", detail }) => `${status} ${subject} ${detail}`);
  }

  it("passes where they do, and asks none that ends or is not ready", async () => {
    assert.deepEqual(await told({ "zot-a": {}, "zot-b": {} }), [
      "passed zot-a 1 repositories, 1 declared tags, every account",
      "passed zot-b 1 repositories, 1 declared tags, every account",
    ]);
  });

  it("names the pod that does not know an account, and the account", async () => {
    assert.deepEqual(await told({ "zot-a": {}, "zot-b": { accounts: ["fleet"] } }), [
      "passed zot-a 1 repositories, 1 declared tags, every account",
      "failed zot-b puller-2: its own password is answered 401",
    ]);
  });

  it("names the pod whose tag is another, or absent, by what was seeded", async () => {
    const moved = { tags: { "team/app:v1": digest("b") } };
    const [, other] = await told({ "zot-a": {}, "zot-b": moved });
    assert.equal(other, `failed zot-b team/app:v1 is ${digest("b")}, elsewhere ${digest("a")}`);
    const [, absent] = await told({ "zot-a": {}, "zot-b": { tags: {} } });
    assert.equal(absent, `failed zot-b team/app:v1 is absent, elsewhere ${digest("a")}`);
  });

  it("leaves a tag alone that is wrong in all of them: another check tells of it", async () => {
    const moved = { tags: { "team/app:v1": digest("b") } };
    for (const line of await told({ "zot-a": moved, "zot-b": moved }))
      assert.match(line, /^passed/);
  });

  it("goes by most pods where nobody knows what was seeded", async () => {
    const { digest: _, ...unknown } = image;
    const moved = { tags: { "team/app:v1": digest("b") } };
    const lines = await told({ "zot-a": moved, "zot-b": {}, "zot-c": {} }, [unknown]);
    assert.deepEqual(
      lines.map((line) => line.split(" ").slice(0, 2).join(" ")),
      ["failed zot-a", "passed zot-b", "passed zot-c"],
    );
  });

  it("names the pod that lacks a repository of the others", async () => {
    const [, lacking] = await told({
      "zot-a": { repositories: ["team/app", "x/1", "x/2", "x/3", "x/4"] },
      "zot-b": {},
    });
    assert.equal(lacking, "failed zot-b without x/1, x/2, x/3 and 1 more");
  });

  it("tells of a pod that went meanwhile, and of a right that is missing with the right", async () => {
    const gone = new KubernetesError("the cluster answers 404 for a port-forward", 404);
    assert.deepEqual(await told({ "zot-a": {}, "zot-b": gone }), [
      "passed zot-a 1 repositories, 1 declared tags, every account",
      "failed zot-b it cannot be asked: the cluster answers 404 for a port-forward",
    ]);
    const closed = new KubernetesError("the cluster answers 403 for a port-forward", 403);
    const [line] = await told({ "zot-a": closed });
    assert.equal(line, "failed zot-a the cluster answers 403 for a port-forward");
  });

  it("calls alike nothing that it could not compare", async () => {
    assert.deepEqual(await told({ "zot-a": {} }, [image], []), [
      "skipped zot-a no admin's password is known: what it holds was not compared",
    ]);
    const lines = await told({ "zot-a": { accounts: [] } }, [image], []);
    assert.match(lines[0] ?? "", /^skipped/);
    const [refused] = await told({ "zot-a": { accounts: [] } }, [image], [puller]);
    assert.equal(refused, "failed zot-a puller-2: its own password is answered 401");
  });
});
