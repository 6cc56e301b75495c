import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reachable } from "../../src/checks/reach";
import { accountsAccepted } from "../../src/checks/accounts";
import type { ExpectedAccount } from "../../src/checks/expectations";
import { rightsByRole } from "../../src/checks/rights";
import { runChecks } from "../../src/checks/runChecks";
import { panels } from "../../src/components/monitoring/dashboard";
import { prometheusRule, serviceMonitor } from "../../src/components/monitoring/objects";
import { RegistryClient } from "../../src/registry/client";
import { configuredZot, password } from "../support/configuredZot";
import { Prometheus, until } from "../support/prometheus";
import { pushImage, type PushedImage } from "../support/push";
import type { RunningRegistry } from "../support/registry";
import { skipWithout } from "../support/skip";
import { closeAll, type Undo } from "../support/undo";

const namespace = "zot";
const watched = { host: "oci.killinit.cc", namespace, claim: true };
const accounts: ExpectedAccount[] = [
  { username: "admin", password, role: "admin" },
  { username: "puller-1", password, role: "puller" },
  { username: "metrics-1", password, role: "metrics" },
];

async function startZot(context: Mocha.Context, scrapers: string[], undo: Undo[]) {
  const { zot } = await configuredZot(context, { metrics: true, scrapers, others: ["metrics-1"] });
  undo.push(() => zot.stop());
  const client = (username?: string) => {
    const credentials = username === undefined ? undefined : { username, password };
    const made = new RegistryClient({ url: zot.url, ...(credentials && { credentials }) });
    undo.push(() => made.close());
    return made;
  };
  const pushed = await pushImage(client("admin"), "team/app", "1.0");
  return { zot, client, pushed };
}

async function checked(zot: RunningRegistry) {
  const images = [{ repository: "team/app", tags: ["1.0"], platforms: [] }];
  const results = await runChecks(
    [reachable, accountsAccepted, rightsByRole],
    { url: zot.url },
    { accounts, retired: [], images },
    { patienceMs: 0 },
  );
  return results
    .filter(({ subject }) => subject === "metrics-1")
    .map(({ code, status, detail }) => `${code} ${status}: ${detail}`);
}

describe("the account that reads the metrics", function () {
  const undo: Undo[] = [];
  let zot: RunningRegistry;
  let client: (username?: string) => RegistryClient;
  let pushed: PushedImage;

  before(async function () {
    ({ zot, client, pushed } = await startZot(this, ["metrics-1"], undo));
  });

  after(() => closeAll(undo));

  it("reads them, as admins do; readers and strangers do not", async () => {
    const asked = ["metrics-1", "admin", "puller-1", "ci-1", undefined].map(async (name) => {
      const { status } = await client(name).request({ method: "GET", path: "/metrics" });
      return [name, status];
    });
    assert.deepEqual(await Promise.all(asked), [
      ["metrics-1", 200],
      ["admin", 200],
      ["puller-1", 403],
      ["ci-1", 403],
      [undefined, 401],
    ]);
  });

  it("sees no repository, reads nothing of one that is there, and pushes, moves and deletes nothing", async () => {
    const as = client("metrics-1");
    const { body } = await as.request({ method: "GET", path: "/v2/_catalog" });
    assert.doesNotMatch(body.toString(), /team/);
    const of = "/v2/team/app";
    const asked = [
      { method: "GET", path: `${of}/tags/list` },
      { method: "GET", path: `${of}/manifests/1.0` },
      { method: "HEAD", path: `${of}/manifests/1.0` },
      { method: "GET", path: `${of}/manifests/${pushed.digest}` },
      { method: "GET", path: `${of}/blobs/${pushed.layer}` },
      { method: "GET", path: `${of}/referrers/${pushed.digest}` },
      { method: "POST", path: `${of}/blobs/uploads/`, body: "" },
      { method: "POST", path: "/v2/its/own/blobs/uploads/", body: "" },
      { method: "PUT", path: `${of}/manifests/1.0`, body: pushed.bytes },
      { method: "PUT", path: `${of}/manifests/new`, body: pushed.bytes },
      { method: "DELETE", path: `${of}/manifests/${pushed.digest}` },
    ] as const;
    for (const each of asked)
      assert.equal((await as.request(each)).status, 403, `${each.method} ${each.path}`);
    const { status } = await client("puller-1").request({
      method: "GET",
      path: `${of}/manifests/${pushed.digest}`,
    });
    assert.equal(status, 200);
  });

  it("passes the checks of accounts and rights", async () => {
    assert.deepEqual(await checked(zot), [
      "ZF203 passed: signs in",
      "ZF205 passed: role metrics: no pull, no push-new, no overwrite, no delete, read metrics",
    ]);
  });
});

describe("an account that was to read the metrics, and is not told to Zot", function () {
  const undo: Undo[] = [];
  after(() => closeAll(undo));

  it("fails the check of rights", async function () {
    const { zot } = await startZot(this, [], undo);
    assert.deepEqual(await checked(zot), [
      "ZF203 passed: signs in",
      "ZF205 failed: role metrics, and may not read metrics (team/app:1.0)",
    ]);
  });
});

describe("a Prometheus that is told what the ServiceMonitor says", function () {
  this.timeout(120_000);
  const undo: Undo[] = [];
  let zot: RunningRegistry;
  let client: (username?: string) => RegistryClient;
  let prometheus: Prometheus;

  before(async function () {
    const command = skipWithout("prometheus", this);
    ({ zot, client } = await startZot(this, ["metrics-1"], undo));
    const [endpoint] = serviceMonitor(namespace, {}).spec.endpoints;
    const job = (name: string, username?: string) => ({
      job_name: name,
      metrics_path: endpoint?.path,
      scheme: endpoint?.scheme,
      ...(username === undefined ? {} : { basic_auth: { username, password } }),
      // As the operator names what it finds by a Service.
      static_configs: [{ targets: [zot.host], labels: { namespace, service: name, job: name } }],
    });
    prometheus = await Prometheus.start(
      command,
      {
        global: { scrape_interval: "1s", evaluation_interval: "1s" },
        scrape_configs: [job("zot", "metrics-1"), job("stranger"), job("reader", "puller-1")],
      },
      prometheusRule(watched, {}).spec,
    );
    undo.push(() => prometheus.stop());
  });

  after(() => closeAll(undo));

  /** Whether a number came, of a registry that is pushed to and pulled from meanwhile. */
  const answers = (query: string) =>
    until(async () => {
      const name = `2.${Date.now()}`;
      await pushImage(client("ci-1"), "team/app", name, name);
      await client("puller-1").request({ method: "GET", path: `/v2/team/app/manifests/${name}` });
      const found = await prometheus.query(query);
      return found.find(({ value }) => Number.isFinite(Number(value[1])));
    });

  it("scrapes as the account; a stranger and a reader are refused", async () => {
    const targets = await prometheus.targets();
    const told = targets.map(({ labels, health, lastError }) => [
      labels["service"],
      health,
      /\d{3} \w+/.exec(lastError)?.[0],
    ]);
    assert.deepEqual(told.sort(), [
      ["reader", "down", "403 Forbidden"],
      ["stranger", "down", "401 Unauthorized"],
      ["zot", "up", undefined],
    ]);
  });

  for (const { title, query } of panels({ ...watched, claim: false }))
    it(`answers the dashboard's "${title}"`, async () => {
      assert.ok(await answers(query.replaceAll("$__rate_interval", "30s")));
    });

  it("holds no alert against a registry that is well", async () => {
    assert.ok(await answers(`zot_http_requests_total{service="zot"}`));
    assert.deepEqual(await prometheus.alerts(), []);
  });

  it("counts errors of its own, by what the alert asks", async () => {
    await pushImage(client("admin"), "broken/app", "1.0");
    // Nothing can be uploaded where a file stands in the place of the folder for it.
    const uploads = join(zot.folder, "storage/broken/app/.uploads");
    rmSync(uploads, { recursive: true });
    writeFileSync(uploads, "");
    const path = "/v2/broken/app/blobs/uploads/";
    await until(async () => {
      await client("admin").request({ method: "POST", path, body: "" });
      return (await prometheus.alerts()).includes("ZotRegistryErrors") || undefined;
    });
    assert.deepEqual(await prometheus.alerts(), ["ZotRegistryErrors"]);
  });

  it("knows of a registry that went", async () => {
    await zot.stop();
    await until(async () => (await prometheus.alerts()).includes("ZotRegistryDown") || undefined);
  });
});
