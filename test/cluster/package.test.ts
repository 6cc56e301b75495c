import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { needsCluster, removeNamespaces, type TestCluster } from "../support/clusterProject";
import { verificationOf } from "../support/stateOf";
import { isSkipped } from "../support/skip";

const run = promisify(execFile);
const checkout = resolve(__dirname, "../..");
const namespace = "zot-fleet-package";

/** A program of somebody else's, in plain JavaScript, that has the package and no checkout. */
const program = ({ context, chart }: { context: string; chart: string }) => `
const { Accounts, ClusterBinding, Proof, Verification, ZotRegistry } = require("zot-fleet");
const binding = new ClusterBinding("cluster", { cluster: "package", context: ${JSON.stringify(context)} });
const bound = { dependsOn: [binding.guard], providers: [binding.provider] };
const accounts = new Accounts("accounts", { rotation: 1, keepPrevious: false }, bound);
const zot = new ZotRegistry("zot", {
  host: "oci.package.test",
  namespace: "${namespace}",
  chart: { source: ${JSON.stringify(chart)} },
  accounts: accounts.all.map(({ username, role, account }) => ({ username, role, entry: account.entry })),
}, bound);
const endpoint = { via: "port-forward", context: ${JSON.stringify(context)}, namespace: "${namespace}", service: "zot", port: 5000 };
const known = accounts.all.map(({ username, role, account }) => ({ username, role, password: account.plainPassword }));
const proof = new Proof("proof", { endpoint, accounts: known }, { dependsOn: [zot] });
new Verification("registry", { endpoint, accounts: known, images: [] }, { dependsOn: [proof] });
exports.url = zot.url;
`;

describe("the package, in a program of somebody else's", function () {
  this.timeout(600_000);
  let cluster: TestCluster;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--non-interactive"], {
      cwd: folder,
      env: environment,
      maxBuffer: 64 << 20,
    });

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    await removeNamespaces(cluster, namespace);
    folder = mkdtempSync(join(tmpdir(), "zot-fleet-package-"));
    mkdirSync(join(folder, "state"));
    const backend = { url: `file://${join(folder, "state")}` };
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      JSON.stringify({ name: "elsewhere", runtime: "nodejs", main: "index.js", backend }),
    );
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "elsewhere", private: true }),
    );
    const chart = cluster.chart("0.1.122");
    writeFileSync(join(folder, "index.js"), program({ context: cluster.context, chart }));
    environment = {
      ...process.env,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    await run("npm", ["pack", "--pack-destination", folder], { cwd: checkout });
    await run("npm", ["install", "--no-audit", "--no-fund", join(folder, "zot-fleet-0.1.0.tgz")], {
      cwd: folder,
    });
    await pulumi("stack", "init", "elsewhere");
  });

  after(async function () {
    if (isSkipped(this)) return;
    await pulumi("destroy", "--yes", "--skip-preview");
    await removeNamespaces(cluster, namespace);
    rmSync(folder, { recursive: true });
  });

  it("deploys and verifies a registry, dynamic providers and all, and previews nothing afterwards", async () => {
    await pulumi("up", "--yes", "--skip-preview");
    const { stdout: state } = await pulumi("stack", "export");
    const results = verificationOf(state);
    assert.ok(results.some(({ code, status }) => code === "ZF203" && status === "passed"));
    assert.deepEqual(
      results.filter(({ status }) => status === "failed"),
      [],
    );
    await pulumi("preview", "--expect-no-changes");
  });

  it("keeps no more in its state than the providers' names: none of the package's code, and no path", async () => {
    const { stdout: state } = await pulumi("stack", "export");
    const { deployment } = JSON.parse(state) as {
      deployment: { resources: { inputs?: { __provider?: string } }[] };
    };
    const providers = deployment.resources.flatMap(({ inputs }) => inputs?.__provider ?? []);
    assert.ok(providers.length >= 6);
    for (const provider of providers) {
      assert.ok(provider.length < 2048);
      assert.ok(!provider.includes(folder) && !provider.includes(checkout));
    }
  });
});
