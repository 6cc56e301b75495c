import assert from "node:assert/strict";
import { join } from "node:path";
import { fleet } from "../cli/fleet";
import { selfSigned } from "../support/certificates";
import {
  ClusterProject,
  needsCluster,
  removeNamespaces,
  type TestCluster,
} from "../support/clusterProject";
import { addName, forgetOnNode, removeName, trustOnNode } from "../support/doctor/nodeNames";
import { writeWaitingArchive } from "../support/doctor/waitingImage";
import { needsNode } from "../support/needsNode";
import { acceptedClass, gatewayAddress, makeGateway } from "../support/realGateway";
import { isSkipped, skipBecause, skipWithout } from "../support/skip";
import { verificationOf } from "../support/stateOf";

const namespace = "zot-fleet-gateway";
const team = "zot-fleet-gateway-team";
const host = "oci.gateway.test";
const archive = join("images", "wait.tar");

describe("a registry behind a real gateway, and a workload that runs its image", function () {
  this.timeout(300_000);
  let cluster: TestCluster;
  let project: ClusterProject;
  let config: Record<string, unknown>;
  let digest = "";

  before(async function () {
    cluster = await needsCluster(this, "0.1.122");
    skipWithout("openssl", this);
    const gatewayClass = await acceptedClass(cluster);
    if (gatewayClass === undefined)
      skipBecause("no controller accepts a GatewayClass of this cluster", this);
    await needsNode(cluster, this);
    await removeNamespaces(cluster, namespace, team);
    const { key, cert } = selfSigned([`DNS:${host}`]);
    await makeGateway(cluster, { namespace, host, gatewayClass, key, cert });
    const address = await gatewayAddress(cluster, namespace);
    addName(host, address);
    trustOnNode(host, cert);
    project = new ClusterProject();
    await writeWaitingArchive(join(project.folder, archive), { text: "first" });
    config = {
      cluster: {
        name: "gateway",
        context: cluster.context,
        domain: "gateway.test",
        gateways: [{ name: "public", section: "https" }],
      },
      registry: { namespace },
      chart: { source: cluster.chart("0.1.122") },
      endpoint: { via: "route", connect: `${address}:443`, ca: cert },
      pullSecrets: [{ namespace: team, attach: true }],
      seeds: [
        {
          image: "team/wait",
          tags: ["latest"],
          archives: { "linux/amd64": archive },
          rollouts: [{ namespace: team, kind: "Deployment", name: "wait" }],
        },
      ],
    };
    await project.configure("gateway", config);
    await project.pulumi(["stack", "init", "gateway"]);
  });

  after(async function () {
    if (isSkipped(this)) return;
    await project.pulumi(["destroy", "--stack", "gateway", "--yes", "--skip-preview"]);
    await removeNamespaces(cluster, namespace, team);
    removeName(host);
    forgetOnNode(host);
    project.remove();
  });

  const verify = () =>
    fleet(["verify", "--stack", "gateway"], { cwd: project.folder, env: project.environment() });

  const seed = async (text: string) => {
    await writeWaitingArchive(join(project.folder, archive), { text });
    await project.configure("gateway", config);
  };

  it("is seeded and verified through its route, with TLS, before its workload is there", async () => {
    const { code, output } = await project.up("gateway");
    assert.equal(code, 0, output);
    assert.match(output, /deployment\/wait is not there \(yet\)/);
    const results = verificationOf(await project.state("gateway"));
    const skipped = results.filter(({ status }) => status === "skipped");
    assert.deepEqual(
      skipped.map(({ code: check, detail }) => `${check} ${detail}`),
      [
        "ZF204 no password was replaced",
        "ZF306 no seeded image is an index",
        "ZF307 not asked for: checks.extraContent",
        ...["ZF601", "ZF602", "ZF603", "ZF604", "ZF605"].map(
          (each) => `${each} no identity provider is declared`,
        ),
        "ZF801 no upstream is asked with an account",
        "ZF802 Docker Hub is no upstream",
        "ZF505 there is no such workload (yet)",
      ],
    );
    const route = results.find(({ code: check }) => check === "ZF501");
    assert.equal(route?.status, "passed");
    const { code: none, output: preview } = await project.preview("gateway");
    assert.equal(none, 0, preview);
  });

  it("gives a pod its image by containerd, with the pull secret that came with the namespace", async () => {
    await runWorkload(cluster);
    digest = await runningDigest(cluster);
    assert.match(digest, /^sha256:/);
  });

  it("restarts the workload when the digest behind its tag changes, and checks what runs", async () => {
    await seed("second");
    const { code, output } = await project.up("gateway");
    assert.equal(code, 0, output);
    await cluster.kubectl("-n", team, "rollout", "status", "deployment/wait", "--timeout=60s");
    const now = await runningDigest(cluster);
    assert.notEqual(now, digest);
    const { code: fine, stdout: report } = await verify();
    assert.equal(fine, 0, report);
    assert.match(report, /passed +ZF505/);
  });

  it("tells a workload that still runs what its tag was, because its node need not ask again", async () => {
    const container = { name: "wait", imagePullPolicy: "IfNotPresent" };
    const patch = { spec: { template: { spec: { containers: [container] } } } };
    await cluster.kubectl("-n", team, "patch", "deployment", "wait", "-p", JSON.stringify(patch));
    await cluster.kubectl("-n", team, "rollout", "status", "deployment/wait", "--timeout=60s");
    await seed("third");
    const { code, output } = await project.up("gateway");
    assert.notEqual(code, 0);
    assert.match(output, /ZF505 failed/);
    const { code: told, stdout: report } = await verify();
    assert.equal(told, 1, report);
    assert.match(report, /failed +ZF505/);
  });
});

async function runWorkload({ apply, kubectl }: TestCluster): Promise<void> {
  const labels = { app: "wait" };
  const container = {
    name: "wait",
    image: `${host}/team/wait:latest`,
    imagePullPolicy: "Always",
  };
  await apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "wait", namespace: team },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [container], terminationGracePeriodSeconds: 0 },
      },
    },
  });
  await kubectl("-n", team, "rollout", "status", "deployment/wait", "--timeout=60s");
}

/** What the container runtime says that it runs. */
async function runningDigest({ kubectl }: TestCluster): Promise<string> {
  const path = "jsonpath={.items[*].status.containerStatuses[0].imageID}";
  const running = ["-l", "app=wait", "--field-selector=status.phase=Running"];
  const text = await kubectl("-n", team, "get", "pods", ...running, "-o", path);
  return text.split("@").at(-1) ?? "";
}
