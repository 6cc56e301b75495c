import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { withPortForward } from "../../src/cluster/portForward";
import { RegistryClient } from "../../src/registry/client";
import { pushFile } from "../support/pushFile";
import { hashPassword } from "../../src/zot/credentials";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { isSkipped, skipWithout } from "../support/skip";

const namespace = "zot-fleet-moving";
const password = "kept since the first day";

/** The values of a release as people wrote them: the chart makes Secret and claim, and there is one account. */
const liveValues = (entry: string) => ({
  image: { tag: "v2.1.18" },
  service: { type: "ClusterIP" },
  persistence: true,
  pvc: { create: true, storage: "20Gi" },
  mountConfig: true,
  configFiles: {
    "config.json": JSON.stringify({
      storage: { rootDirectory: "/var/lib/registry" },
      http: {
        address: "0.0.0.0",
        port: "5000",
        auth: { htpasswd: { path: "/secret/htpasswd" } },
        accessControl: {
          repositories: { "**": { defaultPolicy: [] } },
          adminPolicy: { users: ["admin"], actions: ["read", "create", "update", "delete"] },
        },
      },
    }),
  },
  mountSecret: true,
  secretFiles: { htpasswd: `${entry}\n` },
});

describe("moving in", function () {
  this.timeout(1_800_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let entry = "";
  const target = () => ({ context: cluster.context, namespace, service: "zot", port: 5000 });

  before(async function () {
    cluster = await needsCluster(this, "0.1.98", "0.1.122");
    skipWithout("helm", this);
    await removeNamespaces(cluster, namespace);
    project = new ClusterProject();
    entry = `admin:${(await hashPassword(password)).replace("$2b$", "$2y$")}`;
    const values = join(project.folder, "values.json");
    writeFileSync(values, JSON.stringify(liveValues(entry)));
    const args = [
      "install",
      "zot",
      cluster.chart("0.1.98"),
      "--namespace",
      namespace,
      "--create-namespace",
    ];
    await promisify(execFile)("helm", [...args, "--values", values, "--wait", "--timeout", "3m"]);
    const archive = join(project.folder, await project.archive("kept", "linux/amd64"));
    await withPortForward(target(), async (url) => {
      await pushFile({
        archive,
        address: { url },
        credentials: { username: "admin", password },
        repository: "demo/kept",
        tag: "1.0",
        compression: "gzip",
      });
    });
    await project.configure("moving", {
      cluster: { name: "moving", context: cluster.context, domain: "moving.test", gateways: [] },
      registry: { namespace, adopt: true },
      chart: { source: cluster.chart("0.1.122") },
      adminPassword: entry,
    });
    await project.pulumi(["stack", "init", "moving"]);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "moving", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace);
    project.remove();
  });

  it("takes a live release of chart 0.1.98 over in one pulumi up, and prints nothing of its password", async () => {
    const claim = [
      "-n",
      namespace,
      "get",
      "pvc",
      "zot-pvc-zot-0",
      "-o",
      "jsonpath={.metadata.uid}",
    ];
    const before = await cluster.kubectl(...claim);
    const { code, output, seconds } = await project.pulumi(["up", "--stack", "moving", "--yes"]);
    assert.equal(code, 0, output);
    process.stdout.write(`      ${seconds.toFixed(0)} s\n`);
    assert.ok(!output.includes(entry.slice(6)), "the old line was printed");
    assert.equal(await cluster.kubectl(...claim), before);
  });

  it("keeps the images and the old password", async () => {
    const found = await withPortForward(target(), async (url) => {
      const client = new RegistryClient({ url, credentials: { username: "admin", password } });
      const head = await client.headManifest("demo/kept", "1.0");
      await client.close();
      return head;
    });
    assert.match(found?.digest ?? "", /^sha256:/);
  });

  it("previews nothing afterwards", async () => {
    const { code, output } = await project.preview("moving");
    assert.equal(code, 0, output);
  });
});
